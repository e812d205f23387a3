/// What a client needs to know of a server before it talks to it.
///
/// Source: protocol, section 4 (`GET /v1/config`).
package struct ServiceConfig: Equatable, Sendable, JSONWritable {
    package let server: String
    package let serverTime: Timestamp
    /// The versions of the protocol that are spoken.
    package let protocolVersions: ClosedRange<Int>
    /// A JSON object; clients read limits and never compile them in.
    package let limits: [UInt8]
    /// URL of the WebSocket tunnel; nil where there is none.
    package let nats: String?
    package let features: [String]
    /// Whether and how handles can be registered: `open`, `invite` or `closed` (`RegistrationMode`).
    package let registration: String

    package init(
        server: ServerName, serverTime: Timestamp, limits: Limits, nats: String?, features: [String],
        registration: String = "open"
    ) {
        self.server = server.text
        self.serverTime = serverTime
        self.protocolVersions = 1...1
        self.limits = limits.bytes
        self.nats = nats
        self.features = features
        self.registration = registration
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        let versions = try members.members(of: "protocol")
        let (lower, upper) = (try versions.count("min"), try versions.count("max"))
        guard lower <= upper else { throw KezError(.badRequest, "The server names no protocol version.") }
        self.server = try members.string("server")
        self.serverTime = try members.timestamp("server_time")
        self.protocolVersions = lower...upper
        self.limits = try members.object("limits").raw
        self.nats = try members.optionalString("nats")
        self.features = try members.array("features").compactMap(\.string)
        self.registration = try members.string("registration")
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("server", self.server)
            writer.member("server_time", self.serverTime)
            writer.member("protocol") { writer in
                writer.member("min", self.protocolVersions.lowerBound)
                writer.member("max", self.protocolVersions.upperBound)
            }
            writer.member("limits", raw: self.limits)
            writer.member("nats", self.nats)
            writer.member("features", self.features)
            writer.member("registration", self.registration)
            writer.member("tlog", nil as String?)
        }
    }

    /// The whole number that a limit is; nil when the server does not name it or lifts it.
    package func limit(_ name: String) -> Int? {
        let root = (try? JSONDocument(parsing: self.limits, maximumDepth: Limits.bodyDepth))?.root
        return root?[name]?.integer.flatMap(Int.init(exactly:))
    }
}
