import ArgumentParser
import Foundation
import Gateway
import KezCore
import KezRuntime

/// What every role command shares: one role of a deployment whose broker runs elsewhere.
struct RoleOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions
    @OptionGroup var broker: BrokerOptions
    @OptionGroup var limits: LimitOptions

    func composition() throws -> Composition {
        Composition(
            server: try self.server.serverName(), limits: try self.limits.limits(),
            broker: try self.broker.settings(), folder: try self.server.folder(),
            database: try self.server.databaseBase(), observability: try Observability(self.server))
    }

    /// The folder from which the role reads its own key files.
    func keys() throws -> String { try self.broker.keysFolder(data: self.server.folder()) }
}

struct AuthCalloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth-callout", abstract: "Run the service that decides who may connect.")

    @OptionGroup var role: RoleOptions
    @OptionGroup var listener: InternalBindOptions

    func run() async throws {
        let keys = try AuthCalloutKeys(in: self.role.keys())
        let internalBind = try self.listener.address(default: "127.0.0.1:6973")
        let composition = try self.role.composition()
        try await composition.run([composition.authCallout(keys)] + composition.internalListener(internalBind))
    }
}

struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "Run the service that owns the names.")

    @OptionGroup var role: RoleOptions
    @OptionGroup var gateway: GatewayOptions

    func run() async throws {
        let keys = try RegistryKeys(in: self.role.keys())
        // It shares the gateway's options, this one among them, with a port of its own.
        let internalBind = try InternalBindOptions.address(self.gateway.internalBind, default: "127.0.0.1:6971")
        let composition = try self.role.composition()
        let registry = try composition.registry(keys, self.gateway)
        try await composition.run([registry] + composition.internalListener(internalBind))
    }
}

struct InboxWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox-worker", abstract: "Run the service that keeps the inboxes.")

    private static let shardsSetting = Setting("shards", "KEZ_SHARDS", default: "0-f")

    @Option(help: Setting.help("Shards to keep, for example 0-7,c.", "KEZ_SHARDS", "0-f"))
    var shards: String?

    @OptionGroup var role: RoleOptions
    @OptionGroup var listener: InternalBindOptions

    func run() async throws {
        let shards = try Self.shardsSetting.value(self.shards, "hexadecimal digits and ranges such as 0-7,c") {
            Self.shards($0)
        }
        let pair = try DeploymentKeys.user(.worker, in: self.role.keys())
        let internalBind = try self.listener.address(default: "127.0.0.1:6972")
        let composition = try self.role.composition()
        try await composition.run(
            [composition.inboxWorker(pair, shards: shards)] + composition.internalListener(internalBind))
    }

    /// Reads `0-7,c`.
    static func shards(_ text: String) -> [Shard]? {
        var shards: Set<Shard> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count), let first = Shard(digit: ends[0]),
                let last = Shard(digit: ends[ends.count - 1]), first <= last
            else { return nil }
            shards.formUnion(Shard.all.filter { first <= $0 && $0 <= last })
        }
        return shards.sorted()
    }
}

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Run the service that speaks HTTP.")

    private static let websocketSetting = Setting("nats-websocket", "KEZ_NATS_WEBSOCKET", default: "127.0.0.1:8443")

    @Option(help: Setting.help("The broker's WebSocket listener.", "KEZ_NATS_WEBSOCKET", "127.0.0.1:8443"))
    var natsWebsocket: String?

    @OptionGroup var role: RoleOptions
    @OptionGroup var gateway: GatewayOptions

    func run() async throws {
        let keys = try GatewayKeys(in: self.role.keys())
        let composition = try self.role.composition()
        let websocket = try Self.websocketSetting.value(self.natsWebsocket, "host:port") { SocketAddressSetting($0) }
        try await composition.run([try composition.gateway(keys, self.gateway, brokerWebSocket: websocket)])
    }
}
