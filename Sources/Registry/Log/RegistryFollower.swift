import GRDB
import KezCore
import KezRuntime
import Logging
import NATS

/// Brings the log into the view: what was missed at the start, then every event as it comes.
struct RegistryFollower: Sendable {
    /// Events of one transaction.
    private static let batch = 256
    private static let complaintEvery = 40
    private static let backoff = Backoff(base: .milliseconds(100), cap: .seconds(2))

    let view: RegistryView
    let phase: RegistryPhase
    let jetStream: JetStream
    let abuse: AbuseBook
    let metrics: RegistryMetrics
    let logger: Logger

    /// Follows the log until the task is cancelled or the connection closed.
    ///
    /// - Throws: `RegistryLogError`, `UnusableEvent` or `LostTail` when the log cannot be trusted; `DatabaseError`
    ///   when no view can be kept.
    func run() async throws {
        var remedy: RegistryPhase.Remedy? = .follow
        while let wanted = remedy, !Task.isCancelled {
            if wanted == .rebuild {
                self.logger.notice("the registry's view is built again from its log")
                try await self.view.rebuild()
            }
            remedy = try await self.follow(self.phase.begin())
        }
    }

    /// - Returns: what must be done before going on; nil at the end.
    private func follow(_ generation: Int) async throws -> RegistryPhase.Remedy? {
        guard let head = await self.head() else { return nil }
        if self.view.epoch != head.epoch || self.view.gate.position > head.last {
            guard self.view.epoch.isEmpty else {
                self.logger.notice("the registry's log is another one than the view has followed")
                return .rebuild
            }
            try await self.view.begin(epoch: head.epoch)
        }
        guard try await self.checkTail(head) else { return nil }
        return try await withThrowingTaskGroup(of: RegistryPhase.Remedy?.self) { group in
            group.addTask { try await self.consume(upTo: head, generation) }
            group.addTask {
                for await phase in self.phase.updates() where phase.generation == generation {
                    if let remedy = phase.remedy { return remedy }
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func consume(upTo head: StreamHead, _ generation: Int) async throws -> RegistryPhase.Remedy? {
        let start = self.view.gate.position + 1
        let consumer = OrderedConsumer(
            self.jetStream, stream: StreamNames.registry, options: .init(startSequence: start))
        do {
            var gap = try await self.view.firstGap()
            // Where a missing event must have been explained.
            var bound: UInt64? = head.last
            while true {
                let position = self.view.gate.position
                if let gap, bound == nil {
                    // The message was deleted before it could be read, so what explains it is stored by now.
                    guard let now = await self.head() else { return nil }
                    self.logger.notice("a registry event is missing", metadata: ["error": "\(gap)"])
                    bound = now.last
                }
                if let last = bound, position >= last {
                    if let gap { throw gap }
                    bound = nil
                    self.phase.reachedHead(in: generation)
                }
                let messages = try await consumer.next(upTo: Self.batch)
                if messages.isEmpty { return nil }
                let events = try messages.filter { $0.sequence > self.view.gate.position }.map(LoggedEvent.init)
                gap = try await self.view.apply(events)
                self.abuse.applied(events)
                self.metrics.applied(events.count, position: self.view.gate.position)
            }
        } catch is CancellationError {
            return nil
        } catch let error as DatabaseError {
            if ViewDatabase.isDamage(error) { return .rebuild }
            // A full or slow disk may get better; the calls are refused until then.
            return await self.pause(generation)
        } catch let error as NATSError {
            // The stream was deleted and may come back.
            self.logger.error("the registry's log cannot be read", metadata: ["error": "\(error)"])
            return await self.pause(generation)
        }
    }

    private func pause(_ generation: Int) async -> RegistryPhase.Remedy {
        self.phase.want(.follow, in: generation)
        try? await Task.sleep(for: .seconds(1))
        return .follow
    }

    /// The log's head, as soon as the broker tells it; nil when the task is cancelled.
    private func head() async -> StreamHead? {
        await self.insist("cannot read the head of the registry's log") {
            do {
                let info = try await self.jetStream.streamInfo(StreamNames.registry)
                self.phase.streamExists(true)
                return StreamHead(info)
            } catch let error as NATSError {
                if case .jetStream(.streamNotFound, _) = error.kind { self.phase.streamExists(false) }
                throw error
            }
        }
    }

    /// The last event must be there: nothing could explain its absence.
    ///
    /// - Returns: false when the task is cancelled.
    /// - Throws: `LostTail`.
    private func checkTail(_ head: StreamHead) async throws -> Bool {
        guard head.last > self.view.gate.position else { return true }
        let isThere = await self.insist("cannot read the end of the registry's log") { () async throws -> Bool in
            do {
                _ = try await self.jetStream.message(head.last, of: StreamNames.registry)
                return true
            } catch let error as NATSError {
                guard case .jetStream(.messageNotFound, _) = error.kind else { throw error }
                return false
            }
        }
        guard let isThere else { return false }
        guard isThere else { throw LostTail(seq: head.last) }
        return true
    }

    /// Tries until it works; nil when the task is cancelled.
    private func insist<Value>(_ complaint: Logger.Message, _ body: () async throws -> Value) async -> Value? {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                return try await body()
            } catch {
                // Told once it lasts, then about once a minute.
                let level: Logger.Level = attempt % Self.complaintEvery == 5 ? .warning : .debug
                self.logger.log(level: level, complaint, metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.backoff.delay(attempt: attempt, using: &generator))
            attempt += 1
        }
        return nil
    }
}

/// The log's last event was deleted, which no later event can explain.
struct LostTail: Error, Equatable, CustomStringConvertible {
    let seq: UInt64

    var description: String { "the last event of the registry's log, sequence \(self.seq), was deleted" }
}

extension LoggedEvent {
    /// Reads a message of the log.
    ///
    /// - Throws: `UnusableEvent` for anything but an event on its own subject.
    init(_ message: StreamMessage) throws(UnusableEvent) {
        let event: RegistryEvent
        do {
            event = try RegistryEvent(parsing: message.payload)
        } catch {
            throw UnusableEvent(seq: message.sequence, reason: error.message)
        }
        guard message.subject == event.subject else {
            throw UnusableEvent(seq: message.sequence, reason: "its subject is another event's")
        }
        self.init(seq: message.sequence, messageID: message.headers["Nats-Msg-Id"], event: event)
    }
}
