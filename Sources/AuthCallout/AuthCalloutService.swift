package import KezRuntime
package import Logging
import NATS
import ServiceLifecycle

/// Decides who may connect to the broker: proves the key, asks the registry for its handle, signs the permissions.
///
/// Requests come on `$SYS.REQ.USER.AUTH`, which only servers can publish to and only the callout's account can
/// hear; any number of callouts share them. Nothing is kept but a cache. What was decided ends when the registry
/// decides otherwise: `ConnectionCloser` cuts the connections off, which come back to be decided anew.
///
/// Source: design, "Parts"; NATS ADR-26.
package struct AuthCalloutService: Service {
    private static let part = "auth-callout"
    private static let unreachable = "The broker cannot be reached."
    /// Requests handled at the same time. Most of that time they wait, for the registry.
    private static let concurrency = 1024
    /// Requests that may wait for their turn, the newest first: clients give up after seconds, and what they have
    /// given up is answered last. The broker asks again with the client's next attempt, so what is lost for want of
    /// room is lost without harm.
    private static let buffer = 32_768
    private static let eventBuffer = 8192

    private let configuration: AuthCalloutConfiguration
    private let health: HealthBoard
    private let logger: Logger

    package init(configuration: AuthCalloutConfiguration, health: HealthBoard, logger: Logger) {
        self.configuration = configuration
        self.health = health
        self.logger = logger
    }

    /// Serves until graceful shutdown or cancellation; then answers what has arrived, and returns.
    ///
    /// - Throws: `NATSError` for what waiting does not mend.
    package func run() async throws {
        self.health.report(Self.part, failure: "It is not connected to the broker yet.")
        guard let connection = try await self.connect() else { return }
        do {
            try await self.serve(connection)
        } catch {
            await connection.close()
            throw error
        }
        self.health.report(Self.part, failure: "It has stopped.")
        await connection.close()
    }

    /// - Returns: nil when the process is to stop before the broker let us in.
    private func connect() async throws -> NATSConnection? {
        let options = self.configuration.broker.options(name: "kez-auth-callout", pair: self.configuration.pair)
        do {
            return try await cancelWhenGracefulShutdown {
                try await BrokerConnection.open(options, logger: self.logger)
            }
        } catch is CancellationError {
            return nil
        }
    }

    private func serve(_ connection: NATSConnection) async throws {
        let admissions = Admissions(
            connection, requestTimeout: self.configuration.broker.requestTimeout, logger: self.logger)
        let counts = DecisionCounts()
        let closer = ConnectionCloser(
            configuration: self.configuration, admissions: admissions, health: self.health, logger: self.logger)
        let desk = CalloutDesk(
            configuration: self.configuration, admissions: admissions, counts: counts, logger: self.logger)
        // Before the first request: what is remembered must be forgotten from the first moment on.
        let (changes, healthChanges) = (connection.events(), connection.events())
        let events = try connection.subscribe(to: "kez.registry.log.>", buffer: Self.eventBuffer)
        let service = NATSService(
            .init(
                name: "kez-auth-callout", version: KezVersion.current,
                text: "Decides who may connect to the broker, and as whom."),
            on: connection, data: { counts.json(admissions: admissions, closer: closer) })
        let endpoints = try [
            service.add(
                ServiceEndpoint(
                    name: "authorize", subject: "$SYS.REQ.USER.AUTH", concurrency: Self.concurrency,
                    buffer: Self.buffer, isNewestFirst: true,
                    handler: desk.answerBroker)),
            service.add(
                ServiceEndpoint(
                    name: "decide", subject: "kez.callout.decide", concurrency: 64, buffer: 1024,
                    handler: desk.answerGateway)),
        ]
        self.health.report(Self.part, failure: connection.isConnected ? nil : Self.unreachable)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await admissions.invalidate(by: events, and: changes, telling: closer) }
            group.addTask { await closer.run() }
            group.addTask { await BrokerConnection.log(connection, logger: self.logger) }
            group.addTask { await self.report(healthChanges) }
            group.addTask { try await service.runDiscovery() }
            try await ServiceHost.serve(endpoints)
            group.cancelAll()
        }
    }

    private func report(_ changes: AsyncStream<ConnectionEvent>) async {
        for await change in changes {
            switch change {
            case .connected: self.health.report(Self.part, failure: nil)
            case .disconnected: self.health.report(Self.part, failure: Self.unreachable)
            default: break
            }
        }
    }
}
