import GRDB
import KezCore
import KezRuntime
import NATS

/// Lets a call read only when the view holds everything that was acknowledged before the call came.
///
/// Source: design, correctness rule 3.
final class ShardBarrier: Sendable {
    /// Where the shard's log and the settings end.
    struct Heads: Sendable {
        let log: StreamHead
        let settings: StreamHead
    }

    /// A worker this many messages behind does not catch up while somebody waits.
    static let hopelessLag: UInt64 = 50_000

    let view: InboxView
    let departure: Notice<Departure>
    private let reads: SharedRead<Heads, KezError>

    init(view: InboxView, jetStream: JetStream, feed: SettingsFeed, departure: Notice<Departure>) {
        self.view = view
        self.departure = departure
        self.reads = SharedRead { () async throws(KezError) in
            try await Self.read(view, jetStream, feed, departure)
        }
    }

    /// The ends of both streams at a moment after this call. Everything the log dropped is gone from the view.
    ///
    /// - Throws: `catching_up` when the view has to be built anew; `unavailable` when the broker does not answer.
    func heads() async throws(KezError) -> Heads { try await self.reads.value() }

    /// Waits until the view holds what the log held at a moment after this call.
    ///
    /// - Returns: where the log was then.
    /// - Throws: `KezError` with 503: `unavailable` when that takes too long, `catching_up` while replaying.
    func pass(_ deadline: Deadline) async throws(KezError) -> StreamHead {
        guard self.departure.pending == nil else { throw KezError(.catchingUp) }
        let heads = try await self.heads()
        guard heads.log.last.lag(behind: self.view.log.position) < Self.hopelessLag else {
            self.departure.post(.behind)
            throw KezError(.catchingUp)
        }
        try await self.wait(self.view.log, for: heads.log.last, deadline)
        try await self.wait(self.view.settings, for: heads.settings.last, deadline)
        try await self.checkForErasure(heads.log)
        return heads.log
    }

    /// Waits until `gate` has reached what this call itself has written.
    ///
    /// - Throws: `unavailable`.
    func wait(_ gate: PositionGate, for target: UInt64, _ deadline: Deadline) async throws(KezError) {
        if await gate.wait(for: target, timeout: deadline.remaining) { return }
        if !Task.isCancelled { self.departure.post(.behind) }
        throw KezError(.unavailable, "The inbox did not catch up in time; try again in a few seconds.")
    }

    /// Reads from the view, for callers who answer.
    ///
    /// - Throws: `unavailable` when the file does not let us.
    func answer<Result: Sendable>(
        _ read: @Sendable (InboxView) async throws -> Result
    ) async throws(KezError) -> Result {
        do {
            return try await read(self.view)
        } catch let error as DatabaseError {
            throw Self.refusal(error, self.departure)
        } catch {
            throw KezError(.unavailable)
        }
    }

    /// A view that read what was erased since is built again without it.
    private func checkForErasure(_ head: StreamHead) async throws(KezError) {
        guard head.holes > 0, try await self.answer({ try await $0.lacksErasure(head) }) else { return }
        self.departure.post(.reopen("messages were erased from its log", discarding: true))
        throw KezError(.catchingUp)
    }

    private static func read(
        _ view: InboxView, _ jetStream: JetStream, _ feed: SettingsFeed, _ departure: Notice<Departure>
    ) async throws(KezError) -> Heads {
        let position = view.log.position
        async let settings = feed.head()
        let head = try await StreamHead.read(StreamNames.log(view.shard), jetStream)
        guard head.epoch == view.epoch, head.last >= position else {
            departure.post(.reopen("its log is another one or went back", discarding: true))
            throw KezError(.catchingUp)
        }
        do {
            guard try await view.trim(below: head.first) else {
                departure.post(.behind)
                throw KezError(.catchingUp)
            }
        } catch let error as DatabaseError {
            throw Self.refusal(error, departure)
        } catch let error as KezError {
            throw error
        } catch {
            throw KezError(.unavailable)
        }
        return Heads(log: head, settings: try await settings.get())
    }

    private static func refusal(_ error: DatabaseError, _ departure: Notice<Departure>) -> KezError {
        guard error.needsAnotherFile else { return KezError(.unavailable) }
        departure.post(.reopen("its view is damaged", discarding: true))
        return KezError(.catchingUp)
    }
}

extension UInt64 {
    /// How far `position` is behind this end of a log.
    func lag(behind position: UInt64) -> UInt64 { self > position ? self - position : 0 }
}
