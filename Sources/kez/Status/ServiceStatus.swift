import KezCore

extension StatusReport {
    /// One shard as one worker tells of it.
    struct ShardStatus: Sendable {
        let digit: String
        let position: UInt64
        let last: UInt64
        let lag: UInt64
        /// `ready`, `replaying` or `waiting`.
        let state: String
        let inboxes: UInt64
        let messages: UInt64

        init?(_ root: JSONValue) {
            guard let digit = root["shard"]?.string else { return nil }
            self.digit = digit
            self.position = root["position"]?.unsigned ?? 0
            self.last = root["last"]?.unsigned ?? self.position
            self.lag = root["lag"]?.unsigned ?? 0
            self.state = root["state"]?.string ?? "ready"
            self.inboxes = root["inboxes"]?.unsigned ?? 0
            self.messages = root["messages"]?.unsigned ?? 0
        }
    }
}

extension StatusReport.ServiceStatus {
    /// Reads an answer of `$SRV.STATS`.
    init?(_ root: JSONValue) {
        guard let name = root["name"]?.string else { return nil }
        let endpoints = root["endpoints"]?.array ?? []
        let sum = { (member: String) in endpoints.reduce(0) { $0 + Int($1[member]?.integer ?? 0) } }
        let data = root["data"]
        let shards = (data?["shards"]?.array ?? []).compactMap { StatusReport.ShardStatus($0) }
        self.init(
            name: name, id: root["id"]?.string ?? "", version: root["version"]?.string ?? "",
            started: root["started"]?.string ?? "", requests: sum("num_requests"), errors: sum("num_errors"),
            data: data?.raw, shards: shards, summary: Self.summary(name, data, shards))
    }

    /// What it tells of itself.
    var dataRoot: JSONValue? {
        self.data.flatMap { try? JSONDocument(parsing: $0, maximumDepth: Limits.bodyDepth).root }
    }

    /// nil for another service.
    var registryState: String? {
        self.name == "kez-registry" ? self.dataRoot?["state"]?.string ?? "ready" : nil
    }

    /// The figures of its data that a person asks for first.
    private static func summary(_ name: String, _ data: JSONValue?, _ shards: [StatusReport.ShardStatus]) -> String {
        if !shards.isEmpty {
            let ready = shards.count { $0.state == "ready" }
            return "\(ready) of \(shards.count) shards ready, \(shards.reduce(0) { $0 + $1.inboxes }) inboxes"
        }
        let wanted: [String: [String]] = [
            "kez-registry": ["state", "position", "lag", "handles", "suspended"],
            "kez-auth-callout": ["allowed", "refused", "dropped"],
            "kez-gateway": ["streams", "tunnels", "requests", "throttled"],
        ]
        let words = (wanted[name] ?? []).compactMap { member -> String? in
            guard let value = data?[member], !value.isNull else { return nil }
            return value.string ?? value.unsigned.map { "\(member) \($0)" }
        }
        return words.joined(separator: ", ")
    }
}
