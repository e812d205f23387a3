package import KezCore
private import NATS
import Synchronization

/// The owner's inbox as it grows: everything after the cursor once, then live, through every reconnect.
package struct LiveInbox: Sendable {
    private let door: any Door
    private let owner: Handle?

    package init(door: any Door, owner: Handle?) {
        self.door = door
        self.owner = owner
    }

    /// Runs until the task is cancelled or the door refuses us for good.
    ///
    /// - Parameters:
    ///   - start: where the last run stopped.
    ///   - show: called for each message, one after another; live ones of different senders may come slightly
    ///     out of order. With it comes the state to store, once the message is dealt with.
    package func run(
        from start: InboxMerge, show: (InboxMessage, InboxMerge) async throws -> Void
    ) async throws {
        var merge = start
        let progress = Progress(cursor: start.cursor)
        // Copies that come while a list is under way; when they are too many, the next list brings them.
        let (events, continuation) = AsyncStream.makeStream(of: LiveEvent.self, bufferingPolicy: .bufferingOldest(4096))
        let (door, owner) = (self.door, self.owner)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                defer { continuation.finish() }
                try await door.live(owner, since: { progress.cursor }) { event in
                    if case .dropped = continuation.yield(event) { progress.miss() }
                }
            }
            for await event in events {
                var mustList = progress.takeMiss()
                switch event {
                case .ready, .mayHaveMissed: mustList = true
                case .listed(let message):
                    if merge.listed(seq: message.seq) { try await show(message, merge) }
                    progress.move(to: merge.cursor)
                    continue
                case .copy(let message, let previous):
                    let (isNew, isGap) = merge.copy(seq: message.seq, previous: previous)
                    mustList = mustList || isGap
                    // Behind a gap the list shows it, in order.
                    if isNew, !isGap { try await show(message, merge) }
                    if isNew, isGap { merge.forget(message.seq) }
                }
                if mustList {
                    try await self.list(&merge, show: show)
                    progress.move(to: merge.cursor)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Lists until nothing is left, waiting while the server is away.
    ///
    /// - Parameter truncated: called when messages after the cursor are gone already.
    package func list(
        _ merge: inout InboxMerge, truncated: () async -> Void = {},
        show: (InboxMessage, InboxMerge) async throws -> Void
    ) async throws {
        var attempt = 0
        while true {
            let page: InboxPage
            do {
                page = try await self.door.list(InboxListRequest(since: merge.cursor, limit: 500), handle: self.owner)
            } catch {
                guard error.isRetriable else { throw error }
                try await Task.sleep(
                    for: Backoff(base: .milliseconds(200), cap: .seconds(6)).delay(attempt: attempt))
                attempt += 1
                continue
            }
            attempt = 0
            if page.truncated, merge.cursor > 0 { await truncated() }
            guard let new = merge.page(page) else { continue }
            for message in new { try await show(message, merge) }
            guard page.hasMore else { return }
        }
    }
}

/// What the reader of the inbox and the door that feeds it share.
private final class Progress: Sendable {
    private let state: Mutex<(cursor: UInt64, hasMissed: Bool)>

    init(cursor: UInt64) { self.state = Mutex((cursor, false)) }

    var cursor: UInt64 { self.state.withLock { $0.cursor } }

    func move(to cursor: UInt64) { self.state.withLock { $0.cursor = cursor } }

    /// An event was dropped: the inbox must be listed.
    func miss() { self.state.withLock { $0.hasMissed = true } }

    func takeMiss() -> Bool {
        self.state.withLock { state in
            defer { state.hasMissed = false }
            return state.hasMissed
        }
    }
}
