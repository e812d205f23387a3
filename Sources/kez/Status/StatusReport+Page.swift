import Foundation
import KezCore

extension StatusReport {
    /// For people: one page of text.
    var page: String {
        var lines = [
            "kez \(self.server)   broker nats-server \(self.brokerVersions.joined(separator: ", "))", "", "services",
        ]
        for service in self.services {
            lines.append(
                "  "
                    + Self.row([
                        (service.name, 16), (service.version, 6), ("since \(service.started)", 26),
                        ("\(service.requests) requests", 13), ("\(service.errors) refused", 10), (service.summary, 0),
                    ]))
        }
        for name in self.missing { lines.append("  \(name) is not running") }
        lines += ["", "shards"] + self.shardLines + ["", "streams"]
        for stream in self.streams where stream.last > 0 {
            lines.append(
                "  "
                    + Self.row([
                        (stream.name, 16), ("\(stream.messages) messages", 16), (Self.size(stream.bytes), 10),
                        ("seq \(stream.first)–\(stream.last)", 24),
                    ]))
        }
        let empty = self.streams.filter { $0.last == 0 }.count
        if empty > 0 { lines.append("  \(empty) more hold nothing yet") }
        let people = self.people
        lines += ["", "people"]
        lines.append("  \(self.suspended.map { "\($0)" } ?? "unknown how many") suspended (`kez ban list`)")
        lines.append("  \(people.count) connections of people, \(self.connections.count - people.count) of services")
        for person in people.prefix(20) { lines.append("  \(person.user)   \(person.name)") }
        if people.count > 20 { lines.append("  … and \(people.count - 20) more") }
        return lines.joined(separator: "\n")
    }

    /// A line for each worker of a shard that holds something or does not serve; the others in one.
    private var shardLines: [String] {
        var lines: [String] = []
        var quiet = 0
        for (shard, behind) in self.lag {
            let keepers = self.services.flatMap(\.shards).filter { $0.digit == shard.digit }
            if keepers.isEmpty { lines.append("  \(shard.digit)  no worker") }
            if keepers.allSatisfy({ $0.state == "ready" && $0.last == 0 }), behind == 0 {
                quiet += 1
                continue
            }
            for keeper in keepers {
                lines.append(
                    "  "
                        + Self.row([
                            (shard.digit, 1), (keeper.state, 9), ("position \(keeper.position)", 14),
                            ("\(max(keeper.lag, behind ?? 0)) behind", 10), ("\(keeper.inboxes) inboxes", 10),
                            ("\(keeper.messages) messages", 12),
                        ]))
            }
        }
        if quiet > 0 { lines.append("  \(quiet) more are ready and hold nothing yet") }
        return lines
    }

    private static func row(_ cells: [(String, Int)]) -> String {
        cells.map { text, width in text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0) }
            .joined(separator: "  ")
    }

    private static func size(_ bytes: UInt64) -> String {
        switch bytes {
        case ..<1024: "\(bytes) B"
        case ..<1_048_576: "\(bytes / 1024) KiB"
        default: "\(bytes / 1_048_576) MiB"
        }
    }
}

extension StatusReport: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("server", self.server.text)
            writer.member("healthy", self.isHealthy)
            writer.member("brokers", self.brokerVersions)
            writer.member("missing", self.missing)
            writer.member("not_ready", self.notReady)
            writer.member("suspended", self.suspended)
            writer.member("people", self.people.count)
            writer.name("services")
            writer.array { writer in for service in self.services { writer.value(service) } }
            writer.name("streams")
            writer.array { writer in for stream in self.streams { writer.value(stream) } }
            writer.name("lag")
            writer.object { writer in
                for (shard, behind) in self.lag { writer.member(shard.digit, behind) }
            }
            writer.name("connections")
            writer.array { writer in for connection in self.connections { writer.value(connection) } }
        }
    }
}

extension StatusReport.ServiceStatus: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            writer.member("id", self.id)
            writer.member("version", self.version)
            writer.member("started", self.started)
            writer.member("requests", self.requests)
            writer.member("errors", self.errors)
            if let data = self.data { writer.member("data", raw: data) }
        }
    }
}

extension StatusReport.StreamStatus: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            writer.member("messages", self.messages)
            writer.member("bytes", self.bytes)
            writer.member("first", self.first)
            writer.member("last", self.last)
        }
    }
}

extension StatusReport.ConnectionStatus: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("account", self.account)
            writer.member("user", self.user)
            writer.member("name", self.name)
        }
    }
}
