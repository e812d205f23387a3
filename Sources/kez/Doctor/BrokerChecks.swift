package import KezCore

/// The brokers, by what each tells in `/varz`.
package enum BrokerChecks {
    private static let subject = "broker"
    /// The first with everything that the configuration uses.
    package static let oldest = [2, 10, 27]
    /// What a stored message may have beside its envelope, `ExpectedStreams`.
    private static let headerRoom = 2048

    /// One broker.
    package struct Server: Sendable {
        package var name = ""
        package var version = ""
        /// Addresses it listens on, by what for.
        package var listeners: [(purpose: String, host: String, port: Int)] = []
        package var maximumPayload = 0
        package var maximumControlLine = 0
        package var connections = 0
        package var maximumConnections = 0
        /// Seconds a client has to be let in.
        package var authorizationTimeout = 0.0
        package var hasJetStream = false
        package var syncsAlways = false
        package var storage: Int64 = 0
        package var maximumStorage: Int64 = 0
        /// Its clock, and ours at that moment.
        package var now: Timestamp?
        package var asked: Timestamp?

        package init() {}

        /// Reads `/varz`.
        package init(varz: JSONValue, asked: Timestamp? = nil) {
            func number(_ value: JSONValue?) -> Int { Int(value?.integer ?? 0) }
            self.name = varz["server_name"]?.string ?? ""
            self.version = varz["version"]?.string ?? ""
            let addresses: [(String, JSONValue?, JSONValue?)] = [
                ("clients", varz["host"], varz["port"]), ("monitoring", varz["http_host"], varz["http_port"]),
                ("WebSockets", varz["websocket"]?["host"], varz["websocket"]?["port"]),
                ("leaf nodes", varz["leaf"]?["host"], varz["leaf"]?["port"]),
                ("MQTT", varz["mqtt"]?["host"], varz["mqtt"]?["port"]),
            ]
            for (purpose, host, port) in addresses where number(port) > 0 {
                self.listeners.append((purpose, host?.string ?? "0.0.0.0", number(port)))
            }
            self.maximumPayload = number(varz["max_payload"])
            self.maximumControlLine = number(varz["max_control_line"])
            self.connections = number(varz["connections"])
            self.maximumConnections = number(varz["max_connections"])
            self.authorizationTimeout = varz["auth_timeout"]?.number ?? 0
            let configuration = varz["jetstream"]?["config"]
            self.hasJetStream = configuration?["store_dir"] != nil
            self.syncsAlways = configuration?["sync_always"]?.bool ?? false
            self.storage = varz["jetstream"]?["stats"]?["storage"]?.integer ?? 0
            self.maximumStorage = configuration?["max_storage"]?.integer ?? 0
            self.now = varz["now"]?.string.flatMap { Timestamp($0) }
            self.asked = asked
        }
    }

    package static func findings(_ servers: [Server], limits: Limits, replicas: Int) -> [Finding] {
        guard !servers.isEmpty else {
            return [
                .problem(
                    Self.subject, "No broker told its settings.",
                    do: "Is admin.nk the system account's key, or --nats-monitor the broker's monitoring address?")
            ]
        }
        var found = servers.flatMap { server in
            Self.version(server) + Self.settings(server, limits: limits) + Self.sync(server, replicas: replicas)
                + Self.room(server)
        }
        let versions = Set(servers.map(\.version)).sorted()
        if versions.count > 1 {
            found.append(
                .warning(
                    Self.subject, "The brokers are of different versions: \(versions.joined(separator: ", ")).",
                    do: "Bring all to the newest, one after the other."))
        }
        return found.or(
            .ok(
                Self.subject,
                "nats-server \(versions.joined(separator: ", ")) answers and is configured as it should be."))
            + servers.flatMap(Self.listeners)
    }

    /// - Returns: nil when the text is no version.
    package static func version(_ text: String) -> [Int]? {
        let core = text.prefix { $0.isNumber || $0 == "." }
        let parts = core.split(separator: ".").compactMap { Int($0) }
        return parts.count == 3 ? parts : nil
    }

    private static func version(_ server: Server) -> [Finding] {
        guard let parts = Self.version(server.version), !parts.lexicographicallyPrecedes(Self.oldest) else {
            return [
                .problem(
                    Self.subject, "\(server.name) is nats-server \(server.version).",
                    do: "Run 2.10.27 or newer: older ones do not have what the configuration asks for.")
            ]
        }
        return []
    }

    private static func settings(_ server: Server, limits: Limits) -> [Finding] {
        var found: [Finding] = []
        if server.maximumPayload < limits.envelopeBytes + Self.headerRoom {
            found.append(
                .problem(
                    Self.subject,
                    "\(server.name) takes \(server.maximumPayload) bytes, an envelope may have "
                        + "\(limits.envelopeBytes).",
                    do: "Raise max_payload in nats.conf, or lower --limit-envelope-bytes."))
        }
        if server.maximumPayload < Limits.pageBytes + Self.headerRoom {
            found.append(
                .problem(
                    Self.subject,
                    "\(server.name) takes \(server.maximumPayload) bytes: a page of an inbox, up to "
                        + "\(Limits.pageBytes), does not pass.", do: "Set max_payload to 1MB in nats.conf."))
        }
        if server.maximumControlLine < 16 * 1024 {
            found.append(
                .warning(
                    Self.subject, "\(server.name) takes protocol lines of \(server.maximumControlLine) bytes.",
                    do: "Set max_control_line to 16KB in nats.conf: subjects hold two keys, CONNECT a signature."))
        }
        if server.authorizationTimeout < 15 {
            found.append(
                .warning(
                    Self.subject,
                    "\(server.name) gives a client \(server.authorizationTimeout) s to be let in: a storm of "
                        + "reconnects takes longer.", do: "Set authorization { timeout: 15 } in nats.conf."))
        }
        return found
    }

    private static func sync(_ server: Server, replicas: Int) -> [Finding] {
        guard server.hasJetStream else {
            return [
                .problem(
                    Self.subject, "\(server.name) has no JetStream.",
                    do: "Use deploy/nats.conf, as `kez init` writes it.")
            ]
        }
        guard !server.syncsAlways else { return [] }
        let remedy = "Set sync_interval: always in the jetstream block of nats.conf, and restart the broker."
        // Three replicas stand in for the disk, unless all lose power at once.
        return replicas >= 3
            ? [
                .warning(
                    Self.subject, "\(server.name) acknowledges before the disk has it; other replicas may have it.",
                    do: remedy)
            ]
            : [
                .problem(
                    Self.subject, "\(server.name) acknowledges before the disk has it: a crash loses messages.",
                    do: remedy)
            ]
    }

    private static func room(_ server: Server) -> [Finding] {
        var found: [Finding] = []
        if server.maximumStorage > 0, server.storage > server.maximumStorage / 5 * 4 {
            found.append(
                .warning(
                    Self.subject,
                    "\(server.name) has used \(server.storage) of the \(server.maximumStorage) bytes that it "
                        + "may store.",
                    do: "Give it more room (max_file_store), or keep less (--limit-retention-days)."))
        }
        if server.maximumConnections > 0, server.connections > server.maximumConnections / 5 * 4 {
            found.append(
                .warning(
                    Self.subject,
                    "\(server.name) has \(server.connections) connections of at most \(server.maximumConnections).",
                    do: "Raise max_connections in nats.conf, or add a broker."))
        }
        return found
    }

    /// Listeners that the public door's budgets do not guard.
    private static func listeners(_ server: Server) -> [Finding] {
        server.listeners.filter { !Addresses.isLoopback($0.host) }.map { listener in
            .warning(
                "open ports",
                "\(server.name) takes \(listener.purpose) on \(listener.host):\(listener.port), not on loopback "
                    + "alone: no budget holds there.",
                do: listener.purpose == "monitoring"
                    ? "Bind it to 127.0.0.1: it shows everyone's handles. In a network of containers, publish no port "
                        + "of it."
                    : "Bind it to 127.0.0.1 or a private network; the public door is the gateway's /nats.")
        }.or(.ok("open ports", "\(server.name) listens on loopback alone."))
    }
}

package enum Addresses {
    /// Whether only this machine reaches a listener on `host`.
    package static func isLoopback(_ host: String) -> Bool {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return bare == "localhost" || bare == "::1" || bare.hasPrefix("127.")
    }
}
