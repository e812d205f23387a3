import Foundation
import KezCore
import KezRuntime
import NATS

/// The state of a deployment at one moment, read with the operator's keys as stock tools would read it.
struct StatusReport: Sendable {
    struct ServiceStatus: Sendable {
        let name: String
        let id: String
        let version: String
        let started: String
        let requests: Int
        let errors: Int
        /// What the service tells of itself, JSON.
        let data: [UInt8]?
        /// What it tells of the shards that it keeps.
        let shards: [ShardStatus]
        /// A few words about it, from its data.
        let summary: String
    }

    struct StreamStatus: Sendable {
        let name: String
        let messages: UInt64
        let bytes: UInt64
        let first: UInt64
        let last: UInt64
    }

    struct ConnectionStatus: Sendable {
        let account: String
        /// `handle@server` of a person, the nkey of a service.
        let user: String
        let name: String
    }

    static let expectedServices = ["kez-auth-callout", "kez-gateway", "kez-inbox-worker", "kez-registry"]

    let server: ServerName
    let brokerVersions: [String]
    let services: [ServiceStatus]
    let streams: [StreamStatus]
    let connections: [ConnectionStatus]

    /// - Throws: `NATSError` when the broker cannot be reached.
    static func gather(server: ServerName, broker: BrokerSettings, keys: OperatorKeys) async throws -> StatusReport {
        let operations = try await NATSConnection.connect(broker.options(name: "kez-status", pair: keys.ops))
        let system = try await NATSConnection.connect(broker.options(name: "kez-status", pair: keys.admin))
        let report = try await self.gather(server: server, operations: operations, system: system)
        await operations.close()
        await system.close()
        return report
    }

    private static func gather(
        server: ServerName, operations: NATSConnection, system: NATSConnection
    ) async throws -> StatusReport {
        async let answers = Discovery.gather("STATS", expecting: Self.expectedServices, on: operations)
        async let brokers = system.gather(
            [UInt8](#"{"auth":true,"limit":4096}"#.utf8), from: "$SYS.REQ.SERVER.PING.CONNZ")
        let streams = try await self.streams(operations)
        var versions: [String] = []
        var connections: [ConnectionStatus] = []
        for answer in try await brokers {
            guard let root = Self.json(answer) else { continue }
            versions.append(root["server"]?["ver"]?.string ?? "?")
            for connection in root["data"]?["connections"]?.array ?? [] {
                connections.append(
                    ConnectionStatus(
                        account: connection["account"]?.string ?? "",
                        user: connection["authorized_user"]?.string ?? "", name: connection["name"]?.string ?? ""))
            }
        }
        let services = try await answers.compactMap { ServiceStatus($0) }
        return StatusReport(
            server: server, brokerVersions: versions, services: services.sorted { ($0.name, $0.id) < ($1.name, $1.id) },
            streams: streams, connections: connections.filter { $0.name != "kez-status" })
    }

    private static func streams(_ connection: NATSConnection) async throws -> [StreamStatus] {
        let jetStream = JetStream(connection)
        let names = Shard.all.map { StreamNames.log($0) } + [StreamNames.registry, StreamNames.settings]
        return try await withThrowingTaskGroup(of: StreamStatus.self) { group in
            for name in names {
                group.addTask {
                    let info = try await jetStream.streamInfo(name)
                    return StreamStatus(
                        name: name, messages: info.state.messages, bytes: info.state.bytes,
                        first: info.state.firstSeq, last: info.state.lastSeq)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.name < $1.name }
        }
    }

    static func json(_ message: Message) -> JSONValue? {
        try? JSONDocument(parsing: message.payload, maximumDepth: Limits.bodyDepth).root
    }

    /// Messages that no worker has applied yet, by shard; nil where no worker keeps the shard.
    var lag: [(shard: Shard, behind: UInt64?)] {
        Shard.all.map { shard in
            let last = self.streams.first { $0.name == StreamNames.log(shard) }?.last ?? 0
            let position = self.services.flatMap(\.shards).filter { $0.digit == shard.digit }.map(\.position).max()
            return (shard, position.map { last > $0 ? last - $0 : 0 })
        }
    }

    var missing: [String] {
        Self.expectedServices.filter { name in !self.services.contains { $0.name == name } }
    }

    /// Parts that run and do not serve yet.
    var notReady: [String] {
        let shards = Shard.all.filter { shard in
            let keepers = self.services.flatMap(\.shards).filter { $0.digit == shard.digit }
            return !keepers.contains { $0.state == "ready" }
        }
        let registries = self.services.compactMap(\.registryState)
        return shards.map { "shard \($0.digit)" }
            + (registries.isEmpty || registries.contains("ready") ? [] : ["kez-registry"])
    }

    var isHealthy: Bool { self.missing.isEmpty && self.notReady.isEmpty }

    /// Keys that are suspended now; nil when no registry tells. One that is behind knows less.
    var suspended: UInt64? {
        let registries = self.services.filter { $0.name == "kez-registry" }.compactMap(\.dataRoot)
        let newest = registries.max { ($0["position"]?.unsigned ?? 0) < ($1["position"]?.unsigned ?? 0) }
        return newest?["suspended"]?.unsigned
    }

    /// Connections of people; a person may have several.
    var people: [ConnectionStatus] { self.connections.filter { $0.account == "EDGE" } }
}
