private import Foundation
private import Synchronization

/// A service that `nats micro` finds: answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, and serves endpoints
/// in queue groups.
///
/// Source: NATS ADR-32.
package final class NATSService: Sendable {
    package struct Description: Sendable {
        /// Letters, digits, `-` and `_`.
        package var name: String
        /// Semantic version.
        package var version: String
        package var text: String
        package var metadata: [String: String]

        package init(name: String, version: String, text: String, metadata: [String: String] = [:]) {
            self.name = name
            self.version = version
            self.text = text
            self.metadata = metadata
        }
    }

    package let description: Description
    /// Differs for each running instance.
    package let id: String
    private let connection: NATSConnection
    private let started = Date()
    private let endpoints = Mutex<[ActiveEndpoint]>([])
    private let data: @Sendable () async -> [UInt8]?

    /// - Parameter data: JSON that `$SRV.STATS` shows beside the endpoints.
    package init(
        _ description: Description, on connection: NATSConnection,
        data: @escaping @Sendable () async -> [UInt8]? = { nil }
    ) {
        self.description = description
        self.connection = connection
        self.id = String(RequestTable.text(of: .random(in: .min ... .max)).prefix(22))
        self.data = data
    }

    /// Subscribes an endpoint; its requests are served by `ActiveEndpoint.run`.
    package func add(_ endpoint: ServiceEndpoint) throws(NATSError) -> ActiveEndpoint {
        let active = ActiveEndpoint(
            endpoint, connection: self.connection,
            subscription: try self.connection.subscribe(
                to: endpoint.subject, queue: endpoint.queue, buffer: endpoint.buffer,
                isNewestFirst: endpoint.isNewestFirst))
        self.endpoints.withLock { $0.append(active) }
        return active
    }

    /// Takes an endpoint out of what the service tells of itself.
    package func remove(_ endpoint: ActiveEndpoint) {
        self.endpoints.withLock { $0.removeAll { $0 === endpoint } }
    }

    /// Answers discovery until the task is cancelled or the connection closed.
    package func runDiscovery() async throws(NATSError) {
        var subscriptions: [(String, Subscription)] = []
        for verb in ["PING", "INFO", "STATS"] {
            for subject in [
                "$SRV.\(verb)", "$SRV.\(verb).\(self.description.name)",
                "$SRV.\(verb).\(self.description.name).\(self.id)",
            ] {
                subscriptions.append((verb, try self.connection.subscribe(to: subject, buffer: 256)))
            }
        }
        await withDiscardingTaskGroup { group in
            for (verb, subscription) in subscriptions {
                group.addTask {
                    for await message in subscription {
                        guard let reply = message.reply else { continue }
                        try? self.connection.publish(await self.answer(verb), to: reply)
                    }
                }
            }
        }
    }

    private func answer(_ verb: String) async -> [UInt8] {
        var body: [String: Any] = [
            "type": "io.nats.micro.v1.\(verb.lowercased())_response", "name": self.description.name, "id": self.id,
            "version": self.description.version, "metadata": self.description.metadata,
        ]
        let endpoints = self.endpoints.withLock { $0 }
        switch verb {
        case "INFO":
            body["description"] = self.description.text
            body["endpoints"] = endpoints.map { $0.info }
        case "STATS":
            body["started"] = self.started.formatted(.iso8601)
            let data = await self.data().flatMap { try? JSONSerialization.jsonObject(with: Data($0)) }
            body["endpoints"] = endpoints.map { $0.stats(data: data) }
            if let data { body["data"] = data }
        default: break
        }
        return (try? JSONSerialization.data(withJSONObject: body, options: .sortedKeys)).map { [UInt8]($0) } ?? []
    }
}
