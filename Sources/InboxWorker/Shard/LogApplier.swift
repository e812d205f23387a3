import GRDB
import KezCore
import KezRuntime
import Logging
import NATS

/// Follows a shard's log into its view, until the session ends.
struct LogApplier: Sendable {
    /// Messages of one transaction at the most.
    private static let batch = 512
    /// Failures after which the file is opened anew, unless the disk is full.
    private static let attempts = 5

    let view: InboxView
    let jetStream: JetStream
    let departure: Notice<Departure>
    let board: ShardBoard
    let metrics: ShardMetrics
    let watch: AbuseWatch
    let logger: Logger

    /// Returns when the task is cancelled, the connection closed, or the view needs another file.
    func run() async {
        let consumer = OrderedConsumer(
            self.jetStream, stream: StreamNames.log(self.view.shard),
            options: .init(startSequence: self.view.log.position + 1))
        do {
            while true {
                let batch = try await consumer.next(upTo: Self.batch)
                if batch.isEmpty { return }
                try await self.apply(batch.map { LogEntry($0) })
                self.watch.observe(batch)
            }
        } catch let error as NATSError {
            self.logger.error(
                "a log cannot be read", metadata: ["inbox.shard": "\(self.view.shard)", "error": "\(error)"])
            self.departure.post(.reopen("its log cannot be read: \(error)", discarding: false))
        } catch {
            // Cancelled, or the departure is posted.
        }
    }

    /// Tries until the disk takes it: what the log holds is never given up.
    private func apply(_ entries: [LogEntry]) async throws {
        var attempt = 0
        var isOfSpace = false
        var generator = SystemRandomNumberGenerator()
        while true {
            do {
                let start = ContinuousClock.now
                let outcome = try await self.view.apply(entries)
                self.metrics.applied(outcome, messages: entries.count, within: start.duration(to: .now))
                let holdings = self.view.holdings
                self.board.update(self.view.shard) { status in
                    status.reached(outcome.position, holdings)
                    status.failure = nil
                }
                return
            } catch let error as DatabaseError {
                guard !error.needsAnotherFile else {
                    self.departure.post(.reopen("its view is damaged", discarding: true))
                    throw CancellationError()
                }
                try Task.checkCancellation()
                isOfSpace = [.SQLITE_FULL, .SQLITE_BUSY].contains(error.resultCode)
                self.board.update(self.view.shard) { $0.failure = "its view cannot be written, \(error.sentence)" }
                // Nobody waits here for a disk while a replica could answer.
                self.departure.post(.behind)
                self.logger.error(
                    "a view cannot be written",
                    metadata: ["inbox.shard": "\(self.view.shard)", "error": "\(error.sentence)"])
            }
            try await Task.sleep(for: Backoff().delay(attempt: attempt, using: &generator))
            attempt += 1
            guard attempt < Self.attempts || isOfSpace else {
                // A file opened anew may work where this one does not, as after a folder was mounted again.
                self.departure.post(.reopen("its view cannot be written", discarding: false))
                throw CancellationError()
            }
        }
    }
}
