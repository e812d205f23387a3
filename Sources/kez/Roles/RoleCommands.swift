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
        let folder = try self.server.folder()
        let keys = try self.broker.keysFolder(data: folder)
        return Composition(
            server: try self.server.serverName(), limits: try self.limits.limits(),
            keys: try DeploymentKeys.load(from: keys), broker: try self.broker.settings(), folder: folder,
            database: try self.server.databaseBase(), observability: try Observability(self.server))
    }
}

struct AuthCalloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth-callout", abstract: "Run the service that decides who may connect.")

    @OptionGroup var role: RoleOptions

    func run() async throws {
        let composition = try self.role.composition()
        try await composition.run([composition.authCallout()])
    }
}

struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "Run the service that owns the names.")

    @OptionGroup var role: RoleOptions
    @OptionGroup var gateway: GatewayOptions

    func run() async throws {
        let composition = try self.role.composition()
        try await composition.provision()
        try await composition.run([
            composition.registry(
                sigchainBaseURL: try self.gateway.sigchainBaseURL(), reserved: try self.gateway.reserved())
        ])
    }
}

struct InboxWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox-worker", abstract: "Run the service that keeps the inboxes.")

    private static let shardsSetting = Setting("shards", "KEZ_SHARDS", default: "0-f")

    @Option(help: Setting.help("Shards to keep, for example 0-7,c.", "KEZ_SHARDS", "0-f"))
    var shards: String?

    @OptionGroup var role: RoleOptions

    func run() async throws {
        let shards = try Self.shardsSetting.value(self.shards, "hexadecimal digits and ranges such as 0-7,c") {
            Self.shards($0)
        }
        let composition = try self.role.composition()
        try await composition.provision()
        try await composition.run([composition.inboxWorker(shards: shards)])
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
        let composition = try self.role.composition()
        let websocket = try Self.websocketSetting.value(self.natsWebsocket, "host:port") { SocketAddressSetting($0) }
        try await composition.run([try composition.gateway(self.gateway, brokerWebSocket: websocket)])
    }
}
