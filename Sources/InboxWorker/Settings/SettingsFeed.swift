import GRDB
import KezCore
import KezRuntime
import Logging
import NATS
private import Synchronization

/// Reads the stream of settings once for the whole process, and hands each to its owner's shard.
///
/// A view that joins later, or was begun anew, makes it read again from the lowest position that any view
/// has; the others pass over what they have.
final class SettingsFeed: Sendable {
    private struct Subscriber: Sendable {
        let view: InboxView
        let departure: Notice<Departure>
    }

    /// The stream that is being read.
    private struct Source {
        var epoch: String?
        var position: UInt64 = 0
    }

    private let jetStream: JetStream
    private let board: ShardBoard
    private let logger: Logger
    private let subscribers = Mutex<[Shard: Subscriber]>([:])
    private let source: Mutex<Source>
    private let changed: Notice<Void>
    private let reads: SharedRead<StreamHead, KezError>

    init(_ jetStream: JetStream, board: ShardBoard, logger: Logger) {
        let changed = Notice<Void>()
        self.board = board
        self.jetStream = jetStream
        self.logger = logger
        self.changed = changed
        self.source = Mutex(Source())
        self.reads = SharedRead { () async throws(KezError) in
            try await StreamHead.read(StreamNames.settings, jetStream)
        }
    }

    /// From now on `view` gets its owners' settings.
    func attach(_ view: InboxView, _ departure: Notice<Departure>) {
        self.subscribers.withLock { $0[view.shard] = Subscriber(view: view, departure: departure) }
        self.changed.post(())
    }

    func detach(_ view: InboxView) {
        self.subscribers.withLock { subscribers in
            if subscribers[view.shard]?.view === view { subscribers[view.shard] = nil }
        }
    }

    /// Where the stream ends at a moment after this call; one read is shared by all shards.
    func head() async -> Result<StreamHead, KezError> {
        let (epoch, position) = self.source.withLock { ($0.epoch, $0.position) }
        let head: StreamHead
        do throws(KezError) {
            head = try await self.reads.value()
        } catch {
            return .failure(error)
        }
        guard epoch == head.epoch, position <= head.last else {
            // Another stream than the one being read, or it went back: its numbers mean nothing to the views.
            if epoch != nil { self.changed.post(()) }
            return .failure(KezError(.catchingUp))
        }
        return .success(head)
    }

    /// Reads until the task is cancelled.
    func run() async {
        var told = Told()
        var attempt = 0
        while !Task.isCancelled {
            _ = self.changed.take()
            let failure = await withTaskGroup(of: NATSError?.self) { group in
                group.addTask { await self.read() }
                group.addTask {
                    await self.changed.wait()
                    return nil
                }
                let first = await group.next() ?? nil
                group.cancelAll()
                return first
            }
            guard let failure, !Task.isCancelled else {
                attempt = 0
                continue
            }
            self.tell(failure, &told, attempt: attempt)
            attempt += 1
            // A view that joins does not make a missing stream appear.
            try? await Task.sleep(for: .milliseconds(min(1000, 100 * attempt)))
        }
    }

    private func tell(_ error: NATSError, _ told: inout Told, attempt: Int) {
        let reason = error.waitingSentence(for: StreamNames.settings)
        self.board.report(settingsFailure: reason)
        guard let level = told.level(of: reason, attempt: attempt, isExpected: error.isMissingStream) else { return }
        self.logger.log(level: level, "the settings are waited for", metadata: ["reason": "\(reason)"])
    }

    /// One reading, from the lowest position of all views on, until it is cancelled or cannot go on.
    ///
    /// - Returns: why it cannot go on.
    private func read() async -> NATSError? {
        do {
            let head = StreamHead(try await self.jetStream.streamInfo(StreamNames.settings))
            self.board.report(settingsFailure: nil)
            let subscribers = self.subscribers.withLock { $0.map(\.value) }
            var lowest = head.last
            for subscriber in subscribers {
                let position = try await self.retrying(subscriber) { view in
                    try await view.prepareSettings(epoch: head.epoch, last: head.last)
                }
                lowest = min(lowest, position ?? lowest)
            }
            self.source.withLock { $0 = Source(epoch: head.epoch, position: lowest) }
            try await self.follow(from: lowest + 1, subscribers)
        } catch let error as NATSError {
            return error
        } catch is CancellationError {
            return nil
        } catch {
            return NATSError(.invalid, operation: "settings", detail: "\(error)")
        }
    }

    private func follow(from start: UInt64, _ subscribers: [Subscriber]) async throws -> Never {
        let consumer = OrderedConsumer(
            self.jetStream, stream: StreamNames.settings, options: .init(startSequence: start))
        while true {
            let batch = try await consumer.next(upTo: 256)
            guard let last = batch.last?.sequence else { throw CancellationError() }
            let records = Dictionary(
                grouping: batch.compactMap { SettingsRecord($0) }, by: \.owner.shard)
            for subscriber in subscribers {
                _ = try await self.retrying(subscriber) { view in
                    try await view.apply(records[view.shard] ?? [], position: last)
                }
            }
            self.source.withLock { $0.position = max($0.position, last) }
        }
    }

    /// Writes to a view until the disk takes it.
    ///
    /// - Returns: nil when the view has to be built anew: it comes back by `attach`.
    private func retrying<Result>(
        _ subscriber: Subscriber, _ write: (InboxView) async throws -> Result
    ) async throws -> Result? {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            let isAttached = self.subscribers.withLock { $0[subscriber.view.shard]?.view === subscriber.view }
            guard isAttached else { return nil }
            do {
                return try await write(subscriber.view)
            } catch let error as DatabaseError where error.needsAnotherFile {
                subscriber.departure.post(.reopen("its view is damaged", discarding: true))
                self.detach(subscriber.view)
                return nil
            } catch let error as DatabaseError {
                self.logger.error(
                    "settings cannot be written",
                    metadata: ["inbox.shard": "\(subscriber.view.shard)", "error": "\(error.sentence)"])
            }
            try await Task.sleep(for: Backoff().delay(attempt: attempt, using: &generator))
            attempt += 1
        }
    }
}

extension SettingsRecord {
    /// - Returns: nil for a message that is nobody's settings.
    init?(_ message: StreamMessage) {
        guard let subject = SettingsSubject(message.subject) else { return nil }
        let root = try? JSONDocument(parsing: message.payload, maximumDepth: Limits.bodyDepth).root
        self.init(
            owner: subject.owner, settings: root.flatMap { try? InboxSettings(json: $0) }, sequence: message.sequence)
    }
}
