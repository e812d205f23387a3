import Foundation
import KezCore

extension StatusReport {
    /// For people: one page of text.
    var page: String {
        var lines = ["kez \(self.server)   broker nats-server \(self.brokerVersions.joined(separator: ", "))", "", "services"]
        for service in self.services {
            if service.id.isEmpty {
                // The callout lives in an account of its own, which discovery does not reach.
                lines.append("  " + Self.row([(service.name, 18), ("connected", 9)]))
                continue
            }
            lines.append(
                "  " + Self.row([
                    (service.name, 18), (service.version, 8), ("since \(service.started)", 28),
                    ("\(service.requests) requests", 16), ("\(service.errors) refused", 12),
                ]))
        }
        for name in self.missing { lines.append("  \(name) is not running") }
        lines += ["", "streams"]
        for stream in self.streams where stream.last > 0 {
            lines.append(
                "  " + Self.row([
                    (stream.name, 18), ("\(stream.messages) messages", 20), (Self.size(stream.bytes), 12),
                    ("seq \(stream.first)–\(stream.last)", 24),
                ]))
        }
        let empty = self.streams.filter { $0.last == 0 }.count
        if empty > 0 { lines.append("  \(empty) more hold nothing yet") }
        lines += ["", "shard lag", "  " + self.lagLine, "", "connections"]
        let people = self.connections.filter { $0.account == "EDGE" }
        lines.append("  \(people.count) of people, \(self.connections.count - people.count) of services")
        for person in people.prefix(20) { lines.append("  \(person.user)   \(person.name)") }
        if people.count > 20 { lines.append("  … and \(people.count - 20) more") }
        return lines.joined(separator: "\n")
    }

    private var lagLine: String {
        let behind = self.lag.filter { $0.behind != 0 }
        if behind.isEmpty { return "none: every message is in its inbox" }
        return behind.map { "\($0.shard): \($0.behind.map { "\($0) behind" } ?? "no worker")" }.joined(separator: ", ")
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
