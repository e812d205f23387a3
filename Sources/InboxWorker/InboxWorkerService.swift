import KezCore
package import KezRuntime
package import Logging
import NATS
import ServiceLifecycle

/// Keeps the inboxes: reads the shards' logs into views, and answers what owners ask of them.
package struct InboxWorkerService: Service {
    private let configuration: InboxWorkerConfiguration
    private let health: HealthBoard
    private let logger: Logger

    package init(configuration: InboxWorkerConfiguration, health: HealthBoard, logger: Logger) {
        self.configuration = configuration
        self.health = health
        self.logger = logger
    }

    /// Serves until graceful shutdown, when every call that had arrived has been answered, or cancellation.
    ///
    /// - Throws: `InboxWorkerFailure` when a view cannot be kept where the configuration says; `NATSError` for
    ///   what waiting does not mend.
    package func run() async throws {
        let board = ShardBoard(self.configuration.shards, health: self.health)
        let options = self.configuration.broker.options(name: "kez-inbox-worker", pair: self.configuration.pair)
        let connection: NATSConnection
        do {
            let logger = self.logger
            connection = try await cancelWhenGracefulShutdown {
                try await BrokerConnection.open(options, logger: logger)
            }
        } catch is CancellationError {
            return
        }
        let outcome = await Result { try await self.serve(on: connection, board) }
        await connection.close()
        do {
            try outcome.get()
        } catch let error as NATSError where error.kind == .closed {
            // Only we close it: the stop came while it was being made.
        }
    }

    private func serve(on connection: NATSConnection, _ board: ShardBoard) async throws {
        let service = NATSService(
            .init(
                name: "kez-inbox-worker", version: KezVersion.current, text: "Lists, deletes and settings of inboxes",
                metadata: ["shards": self.configuration.shards.map(\.digit).joined()]),
            on: connection, data: { board.json })
        let feed = SettingsFeed(
            JetStream(connection, timeout: .milliseconds(1500)), board: board, logger: self.logger)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            let logger = self.logger
            for work: @Sendable () async throws -> Void in [
                { try await service.runDiscovery() },
                { await BrokerConnection.log(connection, logger: logger) },
                { await Self.watch(connection, board) },
                { await feed.run() },
            ] {
                group.addTask {
                    try await work()
                    return false
                }
            }
            for shard in self.configuration.shards {
                let worker = ShardWorker(
                    shard: shard, configuration: self.configuration, connection: connection, service: service,
                    feed: feed, board: board, logger: self.logger)
                group.addTask {
                    try await worker.run()
                    return true
                }
            }
            // The shards end by themselves; what serves them all ends after the last one.
            var serving = self.configuration.shards.count
            while serving > 0, let isShard = try await group.next() { serving -= isShard ? 1 : 0 }
            group.cancelAll()
        }
    }

    private static func watch(_ connection: NATSConnection, _ board: ShardBoard) async {
        for await event in connection.events() {
            switch event {
            case .connected: board.report(isConnected: true)
            case .disconnected: board.report(isConnected: false)
            default: break
            }
        }
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
