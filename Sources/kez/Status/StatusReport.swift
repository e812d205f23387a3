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
        /// Position of each shard that it keeps, by digit.
        let positions: [String: UInt64]
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
        async let answers = operations.gather(from: "$SRV.STATS")
        async let brokers = system.gather(
            [UInt8](#"{"auth":true,"limit":4096}"#.utf8), from: "$SYS.REQ.SERVER.PING.CONNZ")
        // The callout lives in an account of its own, where only the system's view of connections reaches.
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
        var services: [ServiceStatus] = []
        for answer in try await answers { if let status = Self.json(answer).flatMap(ServiceStatus.init) { services.append(status) } }
        if !services.contains(where: { $0.name == "kez-auth-callout" }),
            connections.contains(where: { $0.account == "AUTH" }) {
            services.append(ServiceStatus(name: "kez-auth-callout"))
        }
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

    /// Messages that no worker has applied yet, by shard digit; nil where no worker keeps the shard.
    var lag: [(shard: Shard, behind: UInt64?)] {
        Shard.all.map { shard in
            let last = self.streams.first { $0.name == StreamNames.log(shard) }?.last ?? 0
            let position = self.services.compactMap { $0.positions[shard.digit] }.max()
            return (shard, position.map { last > $0 ? last - $0 : 0 })
        }
    }

    var missing: [String] {
        Self.expectedServices.filter { name in !self.services.contains { $0.name == name } }
    }

    var isHealthy: Bool { self.missing.isEmpty && self.lag.allSatisfy { $0.behind != nil } }
}

extension StatusReport.ServiceStatus {
    /// A service that is known only by its connection.
    init(name: String) {
        self.init(name: name, id: "", version: "", started: "", requests: 0, errors: 0, data: nil, positions: [:])
    }

    init?(_ root: JSONValue) {
        guard let name = root["name"]?.string else { return nil }
        let endpoints = root["endpoints"]?.array ?? []
        let sum = { (member: String) in endpoints.reduce(0) { $0 + Int($1[member]?.integer ?? 0) } }
        var positions: [String: UInt64] = [:]
        for shard in root["data"]?["shards"]?.array ?? [] {
            if let digit = shard["shard"]?.string { positions[digit] = shard["position"]?.unsigned ?? 0 }
        }
        self.init(
            name: name, id: root["id"]?.string ?? "", version: root["version"]?.string ?? "",
            started: root["started"]?.string ?? "", requests: sum("num_requests"), errors: sum("num_errors"),
            data: root["data"]?.raw, positions: positions)
    }
}
