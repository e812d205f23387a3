import HummingbirdCore
import KezCore
package import KezRuntime
package import Logging
import NATS
import NIOCore
import NIOPosix
import ServiceLifecycle
private import Synchronization

/// The HTTP side of a deployment: REST, event streams, the web client, sigchains, and the tunnel to the broker.
///
/// Keeps nothing that must survive; any number of them work side by side.
package struct GatewayService: Service {
    private let configuration: GatewayConfiguration
    private let health: HealthBoard
    private let metrics: @Sendable () -> String
    private let onReady: @Sendable (GatewayAddresses) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - metrics: the process's metrics as Prometheus text, for `/metrics`.
    ///   - onReady: told the ports once every listener is bound.
    package init(
        configuration: GatewayConfiguration, health: HealthBoard, metrics: @escaping @Sendable () -> String,
        onReady: @escaping @Sendable (GatewayAddresses) -> Void = { _ in }, logger: Logger
    ) {
        self.configuration = configuration
        self.health = health
        self.metrics = metrics
        self.onReady = onReady
        self.logger = logger
    }

    /// Serves until graceful shutdown or cancellation. Then the listeners stop taking connections, requests under
    /// way are answered, streams and tunnels end, and the connection to the broker is closed last.
    ///
    /// - Throws: when an address cannot be bound, and what of the broker's login waiting does not mend.
    package func run() async throws {
        let link = BrokerLink(settings: self.configuration.broker)
        let directory = Directory(link: link, configuration: self.configuration)
        let budgets = AddressBudgets(
            limits: self.configuration.limits, capacity: self.configuration.tuning.addressTable,
            ticks: self.configuration.ticks)
        let tally = GatewayTally()
        let demand = DemandBook(
            limits: self.configuration.limits, capacity: self.configuration.tuning.demandTable,
            clock: self.configuration.clock)
        let doors = self.doors(link, directory, budgets, demand, tally)
        let connector = BrokerKeeper(
            configuration: self.configuration, link: link, directory: directory, health: self.health, tally: tally,
            logger: self.logger)
        let reporter = DemandReporter(
            book: demand, link: link, tuning: self.configuration.tuning, tally: tally, logger: self.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await connector.run() }
            group.addTask { await reporter.run() }
            group.addTask { try await self.serve(doors, budgets, demand, tally) }
            // The keeper ends only with an error, the reporter never; the listeners' end is the end.
            defer { group.cancelAll() }
            try await group.next()
        }
        if let connection = link.connection { await connection.close() }
    }

    private func doors(
        _ link: BrokerLink, _ directory: Directory, _ budgets: AddressBudgets, _ demand: DemandBook,
        _ tally: GatewayTally
    ) -> Doors {
        let configuration = self.configuration
        let guardian = AccountGuardian(
            configuration: configuration, directory: directory,
            budgets: RequestBudgets(
                "http_key", configuration.limits.http, capacity: configuration.tuning.keyTable,
                ticks: configuration.ticks),
            demand: demand)
        return Doors(
            configuration: configuration,
            registry: RegistryDoor(
                configuration: configuration, link: link, directory: directory, budgets: budgets),
            messages: MessageDoor(
                configuration: configuration, link: link, directory: directory, budgets: budgets, tally: tally,
                logger: self.logger),
            inbox: InboxDoor(link: link, guardian: guardian),
            stream: InboxStreamDoor(configuration: configuration, link: link, guardian: guardian, tally: tally),
            account: AccountDoor(server: configuration.server, link: link, guardian: guardian),
            health: HealthDoor(configuration: configuration, link: link, board: self.health),
            authorization: AuthorizationDoor(configuration: configuration, link: link),
            web: WebDoor(folder: configuration.webFolder.map { WebFolder(path: $0) }, server: configuration.server),
            metrics: self.metrics)
    }

    private func serve(
        _ doors: Doors, _ budgets: AddressBudgets, _ demand: DemandBook, _ tally: GatewayTally
    ) async throws {
        let configuration = self.configuration
        var listeners: [(Listener, SocketAddressSetting)] = [
            (.public, configuration.bind), (.internal, configuration.internalBind),
        ]
        if let address = configuration.sigchainBind { listeners.append((.sigchain, address)) }
        let tunnels = TunnelDoor(
            configuration: configuration, budgets: budgets, demand: demand, tally: tally, logger: self.logger)
        let seats = ConnectionSeats(
            perAddress: configuration.tuning.connectionsPerAddress, told: configuration.tuning.connectionsTold,
            trusted: configuration.trustedProxies)
        let pause = RefusalPause(configuration.tuning.refusalPause, capacity: configuration.tuning.refusalsHeld)
        let bound = BoundPorts(of: listeners.count, onReady: self.onReady)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (listener, address) in listeners {
                let desk = HTTPFrontDesk(
                    listener: listener, configuration: configuration, doors: doors, budgets: budgets,
                    pause: pause, tally: tally, logger: self.logger)
                let channel = GatewayChannel(
                    on: listener, tuning: configuration.tuning, tunnels: listener == .public ? tunnels : nil,
                    seats: listener == .internal ? nil : seats, tally: tally
                ) { request, writer, channel in
                    try await desk.respond(to: request, writer, channel)
                }
                let server = channel.server(
                    configuration: .init(
                        address: .hostname(address.host, port: address.port), backlog: 1024,
                        availableConnectionsDelegate: .maximum(configuration.tuning.connections, logger: self.logger)),
                    onServerRunning: { bound.add($0.localAddress?.port ?? 0, of: listener) },
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: self.logger)
                group.addTask { try await server.run() }
            }
            try await group.waitForAll()
        }
    }
}

/// Collects the listeners' ports until all are bound.
private final class BoundPorts: Sendable {
    private let ports = Mutex<[Listener: Int]>([:])
    private let count: Int
    private let onReady: @Sendable (GatewayAddresses) -> Void

    init(of count: Int, onReady: @escaping @Sendable (GatewayAddresses) -> Void) {
        self.count = count
        self.onReady = onReady
    }

    func add(_ port: Int, of listener: Listener) {
        let all = self.ports.withLock { ports -> [Listener: Int]? in
            ports[listener] = port
            return ports.count == self.count ? ports : nil
        }
        guard let all else { return }
        self.onReady(
            GatewayAddresses(
                publicPort: all[.public] ?? 0, internalPort: all[.internal] ?? 0, sigchainPort: all[.sigchain]))
    }
}
