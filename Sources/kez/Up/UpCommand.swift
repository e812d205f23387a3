import ArgumentParser
import Foundation
import Gateway
import KezCore
import KezRuntime
import Logging
import NKeys
import ServiceLifecycle

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run a whole server on one folder.",
        discussion: """
            The first start makes the keys (mode 0600). A broker, nats-server, runs as a child on the same folder; \
            every role runs in this process. Ctrl-C stops everything in order.
            """)

    private static let programSetting = Setting("nats-server", "KEZ_NATS_SERVER")

    @OptionGroup var server: ServerOptions
    @OptionGroup var gateway: GatewayOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var listeners: BrokerListenOptions

    @Option(help: Setting.help("The nats-server to run, 2.10.27 or newer.", "KEZ_NATS_SERVER", "the one on the PATH"))
    var natsServer: String?

    func run() async throws {
        let folder = try DataFolder(try self.server.folder())
        let observability = try Observability(self.server)
        let listen = try self.listeners.clients()
        let websocket = try self.listeners.websocket()
        let monitor = try self.listeners.monitor()
        let keys = try DeploymentKeys.loadOrCreate(in: folder.file("keys"))
        let composition = Composition(
            server: try self.server.serverName(), limits: try self.limits.limits(),
            broker: BrokerSettings(servers: ["nats://\(listen.connectable)"]), folder: folder.path,
            database: try self.server.databaseBase(), observability: observability)
        let broker = BrokerProcess(
            executable: try BrokerProcess.find(Self.programSetting.text(self.natsServer)),
            configuration: folder.file("nats.conf"), pidFile: folder.file("nats.pid"), logFile: folder.file("nats.log"),
            logger: observability.logger("broker"))
        try BrokerTemplate.write(
            BrokerConfiguration(
                serverName: "kez", listen: listen.text, monitor: monitor.text, websocket: websocket.text,
                storeFolder: folder.file("streams")),
            keys: keys, to: broker.configuration)
        try await broker.endLeftover()
        let announcement = Announcement(
            server: composition.server, broker: "nats://\(listen.connectable)", folder: try self.server.folderText())
        let services = try self.services(composition, keys, websocket: websocket, announcement: announcement)
        try await Self.run(broker, services: services, of: composition, provisionedWith: keys.pair(.provision))
        withExtendedLifetime(folder) {}
    }

    /// In the order in which they depend on each other; they stop in the reverse.
    private func services(
        _ composition: Composition, _ keys: DeploymentKeys, websocket: ListenAddress, announcement: Announcement
    ) throws -> [any Service] {
        guard let target = SocketAddressSetting(websocket.connectable) else {
            throw ValidationError("--nats-websocket-listen cannot be `\(websocket.text)`.")
        }
        return [
            try composition.registry(RegistryKeys(keys), self.gateway),
            composition.inboxWorker(keys.pair(.worker)),
            composition.authCallout(AuthCalloutKeys(keys)),
            try composition.gateway(GatewayKeys(keys), self.gateway, brokerWebSocket: target) {
                announcement.gatewayIsReady($0)
            },
            announcement.service(health: composition.observability.health),
        ]
    }

    /// The broker's life encloses everyone else's: it starts first and is stopped last.
    private static func run(
        _ broker: BrokerProcess, services: [any Service], of composition: Composition,
        provisionedWith pair: NKeyPair
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await broker.run()
                return false
            }
            group.addTask {
                try await composition.provision(pair)
                try await composition.run(services)
                return true
            }
            // A broker that cannot run ends us with its sentence; services that ended were told to.
            while let isDone = try await group.next(), !isDone {}
            group.cancelAll()
        }
    }
}
