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
    /// - Throws: `InboxWorkerFailure` when there can never be a file where the first one shall be made.
    func run() async throws {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        var hasOpened = false
        var told = Told()
        let metrics = self.board.metrics(of: self.shard)
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let head = try await cancelWhenGracefulShutdown { try await self.readHead() }
                let view = try await InboxView.open(
                    shard: self.shard, path: self.configuration.databasePath(self.shard), head: head,
                    logger: self.logger)
                hasOpened = true
                told = Told()
                let opened = ContinuousClock.now
                self.board.update(self.shard) { $0.failure = nil }
                let ending = await self.session(on: view, metrics)
                if opened.duration(to: .now) > .seconds(10) { attempt = 0 }
                guard try await self.close(view, ending, metrics) else { return }
            } catch is CancellationError {
                return
            } catch {
                let path = self.configuration.databasePath(self.shard)
                let failure = InboxWorkerFailure(shard: self.shard, path: path, error)
                // At the start it is the operator's mistake; later something happened to the disk.
                guard hasOpened || failure.mayPass else { throw failure }
                self.board.update(self.shard) { $0.failure = failure.reason }
                if let level = told.level(of: failure.reason, attempt: attempt, isExpected: true) {
                    self.logger.log(
                        level: max(level, .error), "a view cannot be opened, it is tried again",
                        metadata: ["error": "\(failure)"])
                }
            }
            attempt += 1
            try? await Task.sleep(for: Backoff().delay(attempt: attempt, using: &generator))
        }
    }

    private func session(on view: InboxView, _ metrics: ShardMetrics) async -> ShardSession.Ending {
        let watch = AbuseWatch(
            shard: self.shard, limits: self.configuration.limits, registry: AbuseWatch.Registry(self.connection),
            board: self.board, metrics: metrics, logger: self.logger)
        let departure = Notice(merge: Departure.merge)
        let barrier = ShardBarrier(view: view, jetStream: self.jetStream, feed: self.feed, departure: departure)
        let calls = InboxCalls(barrier: barrier, jetStream: self.jetStream, limits: self.configuration.limits)
        self.feed.attach(view, departure)
        defer { self.feed.detach(view) }
        return await ShardSession(
            view: view, barrier: barrier,
            applier: LogApplier(
                view: view, jetStream: JetStream(self.connection), departure: departure, board: self.board,
                metrics: metrics, watch: watch, logger: self.logger),
            service: self.service, connection: self.connection, handlers: calls.handlers,
            jetStream: self.jetStream, board: self.board, metrics: metrics, watch: watch,
            inspection: self.configuration.inspection, logger: self.logger
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

    /// Where the log ends, as soon as a broker tells: a log that nobody has made yet is waited for.
    ///
    /// - Throws: `CancellationError`.
    private func readHead() async throws -> StreamHead {
        let stream = StreamNames.log(self.shard)
        var attempt = 0
        var told = Told()
        var generator = SystemRandomNumberGenerator()
        while true {
            try Task.checkCancellation()
            do {
                return StreamHead(try await self.jetStream.streamInfo(stream))
            } catch {
                if error.kind == .cancelled || error.kind == .closed { throw CancellationError() }
                let reason = error.waitingSentence(for: stream)
                self.board.update(self.shard) { $0.failure = reason }
                if let level = told.level(of: reason, attempt: attempt, isExpected: error.isMissingStream) {
                    self.logger.log(
                        level: level, "a shard waits for its log",
                        metadata: ["inbox.shard": "\(self.shard)", "reason": "\(reason)"])
                }
            }
            let delay = Backoff(base: .milliseconds(50), cap: .seconds(1)).delay(attempt: attempt, using: &generator)
            try await Task.sleep(for: delay)
            attempt += 1
        }
    }
}
