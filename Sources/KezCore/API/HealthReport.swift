/// Whether a server works, and if not, which of its parts does not.
///
/// Source: protocol, section 4 (`GET /v1/healthz`).
package struct HealthReport: Equatable, Sendable, JSONWritable {
    package let server: String
    /// Semantic version.
    package let version: String
    /// The parts that cannot be reached, by name; empty when all is well.
    package let failing: [String]

    package init(server: ServerName, version: String, failing: [String] = []) {
        self.server = server.text
        self.version = version
        self.failing = failing
    }

    package var isHealthy: Bool { self.failing.isEmpty }
    /// The HTTP status that goes with the report.
    package var status: Int { self.isHealthy ? 200 : 503 }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        let isHealthy = try members.string("status") == "ok"
        let failing = try members.optional("failing", "a list") { $0.array?.compactMap(\.string) } ?? []
        self.server = try members.string("server")
        self.version = try members.string("version")
        self.failing = isHealthy || !failing.isEmpty ? failing : ["unknown"]
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", self.isHealthy ? "ok" : "degraded")
            writer.member("server", self.server)
            writer.member("version", self.version)
            if !self.isHealthy { writer.member("failing", self.failing) }
        }
    }
}
