import GRDB
import KezCore
import KezRuntime
import Logging
import NATS
private import ServiceLifecycle

/// Keeps one shard: opens its view, runs a session on it, and begins anew where the log or the file is not
/// what it was.
struct ShardWorker: Sendable {
    let shard: Shard
    let configuration: InboxWorkerConfiguration
    let connection: NATSConnection
    let service: NATSService
    let feed: SettingsFeed
    let board: ShardBoard
    let logger: Logger

    /// Asks about streams: an answer must leave time for the caller's.
    private var jetStream: JetStream { JetStream(self.connection, timeout: .milliseconds(1500)) }

    /// Runs until graceful shutdown or cancellation.
    ///
    /// - Throws: `InboxWorkerFailure` when the view's file cannot be made at the first attempt.
    func run() async throws {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        var hasOpened = false
        let metrics = ShardMetrics(self.shard)
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let head = try await cancelWhenGracefulShutdown { try await self.readHead() }
                let view = try await InboxView.open(
                    shard: self.shard, path: self.configuration.databasePath(self.shard), head: head,
                    logger: self.logger)
                hasOpened = true
                let opened = ContinuousClock.now
                self.board.update(self.shard) { $0.failure = nil }
                let ending = await self.session(on: view, metrics)
                if opened.duration(to: .now) > .seconds(10) { attempt = 0 }
                guard try await self.close(view, ending, metrics) else { return }
            } catch is CancellationError {
                return
            } catch {
                let failure = InboxWorkerFailure(shard: self.shard, error)
                // At the start it is the operator's mistake; later the disk's, which may pass.
                guard hasOpened || failure.mayPass else { throw failure }
                self.board.update(self.shard) { $0.failure = failure.reason }
                self.logger.error("a view cannot be opened", metadata: ["error": "\(failure)"])
            }
            attempt += 1
            try? await Task.sleep(for: Backoff().delay(attempt: attempt, using: &generator))
        }
    }

    private func session(on view: InboxView, _ metrics: ShardMetrics) async -> ShardSession.Ending {
        let departure = Notice(merge: Departure.merge)
        let barrier = ShardBarrier(view: view, jetStream: self.jetStream, feed: self.feed, departure: departure)
        let calls = InboxCalls(barrier: barrier, jetStream: self.jetStream, limits: self.configuration.limits)
        self.feed.attach(view, departure)
        defer { self.feed.detach(view) }
        return await ShardSession(
            view: view, barrier: barrier,
            applier: LogApplier(
                view: view, jetStream: JetStream(self.connection), departure: departure, board: self.board,
                metrics: metrics, logger: self.logger),
            service: self.service, connection: self.connection, handlers: calls.handlers,
            jetStream: self.jetStream, board: self.board, metrics: metrics, logger: self.logger
        ).run()
    }

    /// - Returns: whether the shard goes on with another session.
    private func close(_ view: InboxView, _ ending: ShardSession.Ending, _ metrics: ShardMetrics) async throws -> Bool {
        guard case .reopen(let reason, let discarding) = ending else {
            try? await view.close()
            return false
        }
        self.logger.warning(
            "a shard begins again",
            metadata: ["inbox.shard": "\(self.shard)", "reason": "\(reason)", "rebuild": "\(discarding)"])
        if discarding { metrics.rebuilding() }
        try await view.close(discarding: discarding)
        return true
    }

    /// Where the log ends, as soon as a broker tells.
    ///
    /// - Throws: `CancellationError`.
    private func readHead() async throws -> StreamHead {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            try Task.checkCancellation()
            do {
                return try await StreamHead.read(StreamNames.log(self.shard), self.jetStream)
            } catch {
                self.board.update(self.shard) { $0.failure = "its log cannot be read" }
                self.logger.log(
                    level: attempt < 5 ? .debug : .warning, "a log cannot be read",
                    metadata: ["inbox.shard": "\(self.shard)", "error": "\(error)"])
            }
            let delay = Backoff(base: .milliseconds(50), cap: .seconds(1)).delay(attempt: attempt, using: &generator)
            try await Task.sleep(for: delay)
            attempt += 1
        }
    }
}
