import HTTPTypes
import KezCore
import KezRuntime
import NKeys

/// `POST /internal/nats/auth`: the callout's decision over HTTP.
///
/// Source: protocol, section 4.
struct AuthorizationDoor: Sendable {
    /// Where the callout answers the JWT of a request with the JWT of its response.
    static let subject = "kez.callout.decide"
    private static let scheme = "bearer "

    let configuration: GatewayConfiguration
    let link: BrokerLink

    /// The public listener asks for the operator's token; the internal one trusts who reaches it.
    func decide(_ request: IncomingRequest, on listener: Listener, atMost limit: Int) async throws(KezError) -> Reply {
        if listener == .public { try self.check(request) }
        let members = try MemberReader(body: try await request.bytes(atMost: limit))
        let token = try members.string("request")
        guard Self.isToken(token, by: .server) else {
            throw KezError(.badRequest, "The member `request` must be the JWT of an authorization request.")
        }
        let timeout = request.deadline.remaining(atMost: self.configuration.broker.requestTimeout)
        guard let answer = try await self.link.request(Self.subject, Array(token.utf8), within: timeout) else {
            throw KezError(.unavailable, "The auth callout is not running; try again soon.")
        }
        guard let response = String(validating: answer, as: UTF8.self), Self.isToken(response, by: .account) else {
            throw KezError(.badRequest, "The auth callout does not take this for an authorization request.")
        }
        return .json(JSONWriter.object { $0.member("response", response) })
    }

    private func check(_ request: IncomingRequest) throws(KezError) {
        let header = request.headers[.authorization] ?? ""
        let isBearer = header.lowercased().hasPrefix(Self.scheme)
        let given = isBearer ? String(header.dropFirst(Self.scheme.count)) : ""
        guard !self.configuration.internalToken.isEmpty, Self.isEqual(given, self.configuration.internalToken) else {
            throw KezError(.unauthorized, "This call needs the operator's token: `Authorization: Bearer <token>`.")
        }
    }

    /// Compares digests, so that neither the time nor its length tell anything of the token.
    private static func isEqual(_ given: String, _ wanted: String) -> Bool {
        let (left, right) = (Digest.sha256(Array(given.utf8)), Digest.sha256(Array(wanted.utf8)))
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether `text` is a JWT of NATS by a key of that role; the callout decides whether it is the right one.
    private static func isToken(_ text: String, by role: NKeyRole) -> Bool {
        (try? NATSJWT.decode(text, as: Claims.self, issuerRole: role)) != nil
    }

    private struct Claims: Codable, Sendable {}
}
