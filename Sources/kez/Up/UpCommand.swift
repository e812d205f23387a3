import ArgumentParser
import Foundation
import Gateway
import KezCore
import KezRuntime
import Logging
import ServiceLifecycle

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run a whole server on one folder.",
        discussion: """
            The first start makes the keys (mode 0600). A broker, nats-server, runs as a child on the same folder; \
            every role runs in this process. Ctrl-C stops everything in order.
            """)

    private static let programSetting = Setting("nats-server", "KEZ_NATS_SERVER")
    private static let listenSetting = Setting("nats-listen", "KEZ_NATS_LISTEN", default: "127.0.0.1:4222")
    private static let websocketSetting = Setting(
        "nats-websocket-listen", "KEZ_NATS_WEBSOCKET_LISTEN", default: "127.0.0.1:8443")
    private static let monitorSetting = Setting(
        "nats-monitor-listen", "KEZ_NATS_MONITOR_LISTEN", default: "127.0.0.1:8222")

    @OptionGroup var server: ServerOptions
    @OptionGroup var gateway: GatewayOptions
    @OptionGroup var limits: LimitOptions

    @Option(help: Setting.help("The nats-server to run, 2.10.27 or newer.", "KEZ_NATS_SERVER", "the one on the PATH"))
    var natsServer: String?

    @Option(help: Setting.help("Where the broker takes clients.", "KEZ_NATS_LISTEN", "127.0.0.1:4222"))
    var natsListen: String?

    @Option(
        help: Setting.help("Where the broker takes WebSockets.", "KEZ_NATS_WEBSOCKET_LISTEN", "127.0.0.1:8443"))
    var natsWebsocketListen: String?

    @Option(help: Setting.help("Where the broker shows its state.", "KEZ_NATS_MONITOR_LISTEN", "127.0.0.1:8222"))
    var natsMonitorListen: String?

    func run() async throws {
        let folder = try DataFolder(try self.server.folder())
        let observability = try Observability(self.server)
        let listen = try self.address(Self.listenSetting, self.natsListen)
        let websocket = try self.address(Self.websocketSetting, self.natsWebsocketListen)
        let monitor = try self.address(Self.monitorSetting, self.natsMonitorListen)
        let composition = Composition(
            server: try self.server.serverName(), limits: try self.limits.limits(),
            keys: try DeploymentKeys.loadOrCreate(in: folder.file("keys")),
            broker: BrokerSettings(servers: ["nats://\(listen.connectable)"]), folder: folder.path,
            database: try self.server.databaseBase(), observability: observability)
        let broker = BrokerProcess(
            executable: try BrokerProcess.find(Self.programSetting.text(self.natsServer)),
            configuration: folder.file("nats.conf"), pidFile: folder.file("nats.pid"), logFile: folder.file("nats.log"),
            logger: observability.logger("broker"))
        try self.writeConfiguration(
            BrokerConfiguration(
                serverName: "kez", listen: listen.text, monitor: monitor.text, websocket: websocket.text,
                storeFolder: folder.file("streams")),
            keys: composition.keys, to: broker.configuration)
        try await broker.endLeftover()
        let announcement = Announcement(
            server: composition.server, broker: "nats://\(listen.connectable)", folder: try self.server.folderText())
        let services = try self.services(composition, websocket: websocket, announcement: announcement)
        try await Self.run(broker, composition: composition, services: services)
        withExtendedLifetime(folder) {}
    }

    /// In the order in which they depend on each other; they stop in the reverse.
    private func services(
        _ composition: Composition, websocket: ListenAddress, announcement: Announcement
    ) throws -> [any Service] {
        guard let target = SocketAddressSetting(websocket.connectable) else {
            throw ValidationError("--nats-websocket-listen cannot be `\(websocket.text)`.")
        }
        return [
            composition.registry(
                sigchainBaseURL: try self.gateway.sigchainBaseURL(), reserved: try self.gateway.reserved()),
            composition.inboxWorker(),
            composition.authCallout(),
            try composition.gateway(self.gateway, brokerWebSocket: target) { announcement.gatewayIsReady($0) },
            announcement.service(health: composition.observability.health),
        ]
    }

    /// The broker's life encloses everyone else's: it starts first and is stopped last.
    private static func run(
        _ broker: BrokerProcess, composition: Composition, services: [any Service]
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await broker.run()
                return false
            }
            group.addTask {
                try await composition.provision()
                try await composition.run(services)
                return true
            }
            // A broker that cannot run ends us with its sentence; services that ended were told to.
            while let isDone = try await group.next(), !isDone {}
            group.cancelAll()
        }
    }

    private func address(_ setting: Setting, _ given: String?) throws -> ListenAddress {
        try setting.value(given, "host:port") { ListenAddress($0) }
    }

    private func writeConfiguration(_ configuration: BrokerConfiguration, keys: DeploymentKeys, to path: String) throws {
        let template = String(decoding: PackageResources.nats_conf, as: UTF8.self)
        let text = configuration.rendered(template, keys: keys)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// `host:port`; the host may be an IPv6 address in brackets.
struct ListenAddress: Sendable {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        self.host = String(text[..<colon])
        self.port = port
        guard !self.host.isEmpty, !self.host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "\"" }) else {
            return nil
        }
    }

    var text: String { "\(self.host):\(self.port)" }

    /// Where a client of the same machine finds what listens here.
    var connectable: String {
        switch self.host {
        case "0.0.0.0": "127.0.0.1:\(self.port)"
        case "[::]": "[::1]:\(self.port)"
        default: self.text
        }
    }
}
