import KezCore
import KezRuntime
import Logging
import NATS
private import ServiceLifecycle

/// One life of a shard's view, from its opening until it is closed: catches up, serves, and catches up again
/// when it has fallen behind.
struct ShardSession: Sendable {
    /// How often an idle shard asks its log what has aged, and whether it is still the same.
    private static let inspection: Duration = .seconds(30)

    enum Ending: Sendable {
        /// Shutdown, or the task was cancelled.
        case stopped
        case reopen(String, discarding: Bool)
    }

    let view: InboxView
    let barrier: ShardBarrier
    let applier: LogApplier
    let service: NATSService
    let connection: NATSConnection
    let handlers: [RPCHandler]
    let jetStream: JetStream
    let board: ShardBoard
    let metrics: ShardMetrics
    let logger: Logger

    private var shard: Shard { self.view.shard }
    private var departure: Notice<Departure> { self.barrier.departure }

    /// Runs until graceful shutdown, when every call that had arrived has been answered, or cancellation.
    func run() async -> Ending {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                await self.applier.run()
                return nil
            }
            group.addTask {
                await self.inspect()
                return nil
            }
            group.addTask { await self.serve() }
            defer { self.board.update(self.shard) { $0.isServing = false } }
            for await ending in group {
                guard let ending else { continue }
                group.cancelAll()
                return ending
            }
            return .stopped
        }
    }

    private func serve() async -> Ending {
        while true {
            let isReady = (try? await cancelWhenGracefulShutdown { try await self.catchUp() }) ?? false
            if case .reopen(let reason, let discarding) = self.departure.pending {
                return .reopen(reason, discarding: discarding)
            }
            guard isReady, !Task.isCancelled, !Task.isShuttingDownGracefully else { return .stopped }
            guard await self.serveUntilDeparture() else { return .stopped }
            self.board.update(self.shard) { $0.isServing = false }
        }
    }

    // MARK: Catching up

    /// - Returns: true when the view is at the log's head; false when it has to be opened anew.
    /// - Throws: `CancellationError`.
    private func catchUp() async throws -> Bool {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            try Task.checkCancellation()
            if case .reopen = self.departure.pending { return false }
            // Whoever finds from now on that the view is behind means what follows.
            _ = self.departure.take()
            do throws(KezError) {
                let heads = try await self.barrier.heads()
                await self.report(heads.log)
                let position = self.view.log.position
                if await self.isReached(heads) { return true }
                try await self.skipErased(heads)
                // As long as it moves on there is nothing to wait for.
                attempt = self.view.log.position == position ? attempt + 1 : 0
            } catch {
                self.logger.debug(
                    "a shard waits", metadata: ["inbox.shard": "\(self.shard)", "error": "\(error.code)"])
                attempt += 1
            }
            let delay = Backoff(base: .milliseconds(10), cap: .seconds(1)).delay(attempt: attempt, using: &generator)
            try await Task.sleep(for: delay)
        }
    }

    private func isReached(_ heads: ShardBarrier.Heads) async -> Bool {
        let deadline = Deadline(after: .milliseconds(500))
        guard await self.view.log.wait(for: heads.log.last, timeout: deadline.remaining) else { return false }
        return await self.view.settings.wait(for: heads.settings.last, timeout: deadline.remaining)
    }

    /// Where the last messages of a stream were erased, none will ever come: the leader's word moves us on.
    private func skipErased(_ heads: ShardBarrier.Heads) async throws(KezError) {
        let log = self.view.log.position
        if log < heads.log.last, heads.log.holes > 0,
            try await self.isEmpty(StreamNames.log(self.shard), between: log, and: heads.log.last)
        {
            try await self.barrier.answer { try await $0.skip(to: heads.log.last) }
        }
        let settings = self.view.settings.position
        if settings < heads.settings.last,
            try await self.isEmpty(StreamNames.settings, between: settings, and: heads.settings.last)
        {
            self.view.settings.advance(to: heads.settings.last)
        }
    }

    private func isEmpty(_ stream: String, between position: UInt64, and last: UInt64) async throws(KezError) -> Bool {
        do {
            return try await self.jetStream.firstMessage(from: position + 1, of: stream).sequence > last
        } catch {
            guard case .jetStream(.messageNotFound, _) = error.kind else { throw KezError(broker: error) }
            return true
        }
    }

    // MARK: Serving

    /// Serves calls until the shard has to leave its queue groups; what had arrived is answered.
    ///
    /// - Returns: whether it shall come back; false after a shutdown.
    private func serveUntilDeparture() async -> Bool {
        var endpoints: [ActiveEndpoint] = []
        defer { for endpoint in endpoints { self.service.remove(endpoint) } }
        do {
            for handler in self.handlers { endpoints.append(try self.service.add(handler.endpoint())) }
            // The subscriptions are in force before anybody is told to come.
            try await self.connection.flush(timeout: .seconds(2))
        } catch {
            // Without a broker nobody calls; the subscriptions are made with the next connection.
            if error.kind == .closed { return false }
        }
        self.board.update(self.shard) { $0.isServing = true }
        return await withTaskGroup(of: Bool?.self) { group in
            for endpoint in endpoints {
                group.addTask {
                    await endpoint.run()
                    return nil
                }
            }
            group.addTask { [endpoints] in
                // Both waits end with the group's cancellation too.
                await cancelWhenGracefulShutdown { await self.departure.wait() }
                await withDiscardingTaskGroup { draining in
                    for endpoint in endpoints { draining.addTask { await endpoint.drain() } }
                }
                return self.departure.pending != nil && !Task.isShuttingDownGracefully
            }
            var ended = 0
            var comesBack = false
            for await outcome in group {
                if let outcome { comesBack = outcome } else { ended += 1 }
                // The endpoints end without a departure when the connection was closed.
                if ended == endpoints.count { group.cancelAll() }
            }
            return comesBack && !Task.isCancelled
        }
    }

    // MARK: Inspection

    /// Drops what has aged and notices a replaced or erased log where nobody calls.
    private func inspect() async {
        while (try? await Task.sleep(for: Self.inspection * Double.random(in: 0.8...1.2))) != nil {
            guard let head = try? await self.barrier.pass(Deadline(after: InboxCalls.budget)) else { continue }
            await self.report(head)
        }
    }

    private func report(_ head: StreamHead) async {
        let (position, messages) = (self.view.log.position, try? await self.view.count())
        self.board.update(self.shard) { status in
            status.position = position
            status.last = max(head.last, position)
            status.messages = messages ?? status.messages
        }
        self.metrics.behind(head.last.lag(behind: position))
    }
}
