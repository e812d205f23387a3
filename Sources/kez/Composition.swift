import AuthCallout
import Foundation
import Gateway
import InboxWorker
import KezCore
import KezRuntime
import Logging
import NATS
import NKeys
import Registry
import ServiceLifecycle
import UnixSignals

/// The only place that builds services. `kez up` runs all of them, each role command one.
struct Composition: Sendable {
    let server: ServerName
    let limits: Limits
    let broker: BrokerSettings
    /// Folder of the views.
    let folder: String
    /// Name of the views' files, to which each adds its suffix.
    let database: String
    let observability: Observability

    /// Creates the streams, or brings them to what this version needs, as soon as the broker is there.
    ///
    /// - Parameter epoch: says, when it is a new text, that the logs were restored; nil leaves it as it is.
    func provision(_ pair: NKeyPair, replicas: Int = 1, epoch: String? = nil) async throws {
        let logger = self.observability.logger("provision")
        let connection = try await BrokerConnection.open(
            self.broker.options(name: "kez-provision", pair: pair), logger: logger)
        do {
            try await StreamProvisioner(connection, logger: logger)
                .provision(ExpectedStreams(limits: self.limits, replicas: replicas, epoch: epoch))
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    func registry(_ keys: RegistryKeys, _ options: GatewayOptions) throws -> some Service {
        RegistryService(
            configuration: RegistryConfiguration(
                server: self.server, sigchainBaseURL: try options.sigchainBaseURL(), reserved: try options.reserved(),
                registration: try options.registrationMode(), inviteKey: keys.invite, limits: self.limits,
                databasePath: self.view("registry"), broker: self.broker, pair: keys.pair),
            health: self.observability.health, logger: self.observability.logger("registry"))
    }

    func inboxWorker(_ pair: NKeyPair, shards: [Shard] = Shard.all) -> some Service {
        let (database, folder) = (self.database, self.folder)
        return InboxWorkerService(
            configuration: InboxWorkerConfiguration(
                shards: shards, limits: self.limits,
                databasePath: { ViewDatabase.path(base: database, view: "inbox-\($0.digit)", folder: folder) },
                broker: self.broker, pair: pair),
            health: self.observability.health, logger: self.observability.logger("inbox-worker"))
    }

    func authCallout(_ keys: AuthCalloutKeys) -> some Service {
        AuthCalloutService(
            configuration: AuthCalloutConfiguration(
                server: self.server, broker: self.broker, pair: keys.pair, kickPair: keys.kick,
                identity: keys.identity, others: keys.others),
            health: self.observability.health, logger: self.observability.logger("auth-callout"))
    }

    func gateway(
        _ keys: GatewayKeys, _ options: GatewayOptions, brokerWebSocket: SocketAddressSetting,
        onReady: @escaping @Sendable (GatewayAddresses) -> Void = { _ in }
    ) throws -> some Service {
        var configuration = GatewayConfiguration(
            server: self.server, broker: self.broker, pair: keys.pair, limits: self.limits,
            brokerWebSocket: brokerWebSocket, internalToken: keys.internalToken)
        try options.apply(to: &configuration)
        let observability = self.observability
        return GatewayService(
            configuration: configuration, health: observability.health, metrics: { observability.metricsText() },
            onReady: onReady, logger: observability.logger("gateway"))
    }

    /// Health and metrics of a process whose role speaks no HTTP; nil where it is switched off.
    func internalListener(_ address: SocketAddressSetting?) -> [any Service] {
        guard let address else { return [] }
        let observability = self.observability
        return [
            InternalListener(
                address: address, health: observability.health, metrics: { observability.metricsText() },
                logger: observability.logger("internal"))
        ]
    }

    /// Runs services until SIGTERM or Ctrl-C; they stop in the reverse of their order.
    func run(_ services: [any Service]) async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: Named(service: $0)) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: self.observability.logger("kez")))
        try await group.run()
    }

    private func view(_ name: String) -> String {
        ViewDatabase.path(base: self.database, view: name, folder: self.folder)
    }
}

/// A service that the lifecycle's logs call by its name alone: its configuration holds keys.
private struct Named: Service, CustomStringConvertible {
    let service: any Service

    var description: String { "\(type(of: self.service))" }

    func run() async throws { try await self.service.run() }
}
