import KezCore
package import NKeys

/// Writes the signed answers to authorization requests.
///
/// Source: NATS ADR-26; the broker takes a missing or empty list of permissions for full access, so both lists
/// are always written and never empty.
package struct AuthorizationResponse: Sendable {
    /// The broker's account for people.
    package static let account = "EDGE"
    /// Tokens live 24 h, ± 20 %, so that connections made together do not end together. In seconds.
    package static let lifetime: ClosedRange<Int> = 69_120...103_680

    private let issuer: NKeyPair

    /// - Parameter issuer: the account key that the broker's `auth_callout` names.
    package init(issuer: NKeyPair) { self.issuer = issuer }

    /// The answer that lets a connection in.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - lifetime: seconds until the broker closes the connection.
    /// - Throws: what the JSON encoder throws.
    package func allowing(
        _ grant: CalloutDecision.Grant, for request: AuthorizationRequest, now: Int64, lifetime: Int
    ) throws -> String {
        let user = UserBody(
            pub: .init(allow: grant.permissions.publish), sub: .init(allow: grant.permissions.subscribe))
        let token = try NATSJWT.encode(
            NATSClaims(
                audience: Self.account, subject: request.user.text, name: grant.name.text, issuedAt: Int(now),
                expires: Int(now) + lifetime, nats: user),
            issuer: self.issuer)
        return try self.answer(ResponseBody(jwt: token), to: request, now: now)
    }

    /// The answer that keeps a connection out.
    package func refusing(
        _ refusal: Refusal, for request: AuthorizationRequest, now: Int64
    ) throws -> String {
        try self.answer(ResponseBody(error: refusal.sentence), to: request, now: now)
    }

    private func answer(_ body: ResponseBody, to request: AuthorizationRequest, now: Int64) throws -> String {
        try NATSJWT.encode(
            NATSClaims(audience: request.server.text, subject: request.user.text, issuedAt: Int(now), nats: body),
            issuer: self.issuer)
    }
}

/// `nats` of the inner token: what the broker enforces on the connection.
struct UserBody: Codable, Sendable {
    struct Allowed: Codable, Sendable { var allow: [String] }

    var pub: Allowed
    var sub: Allowed
    var type = "user"
    var version = 2
}

/// `nats` of the outer token: one of `jwt` and `error`.
struct ResponseBody: Codable, Sendable {
    var jwt: String?
    var error: String?
    var type = "authorization_response"
    var version = 2
}
