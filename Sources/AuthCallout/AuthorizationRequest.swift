package import NKeys

/// A broker's question whether a connection may come in: read, and proved to be by the server that it names.
///
/// That server need not be known. Its key is in the token, so this proves only that nobody changed the request
/// on its way and that the answer goes to whom it names; who may ask at all is decided by the subject it came on
/// (see `AuthCalloutService`).
///
/// Source: NATS ADR-26; nats-server, `auth_callout.go`.
package struct AuthorizationRequest: Equatable, Sendable {
    /// Longest token that is read, in bytes: a CONNECT line is at most 16 KiB, and JSON and base64 add to it.
    package static let maximumBytes = 64 << 10
    package static let audience = "nats-authorization-request"
    private static let type = "authorization_request"

    /// What the client sent in CONNECT to prove who it is. Empty texts are absent: some clients send them.
    package struct Login: Equatable, Sendable {
        package var nkey: String?
        package var signature: String?
        /// What the server gave the client to sign.
        package var nonce: String?
        /// Whether a password, a user name, a token or a JWT came as well.
        package var hasOtherCredentials: Bool

        package init(nkey: String?, signature: String?, nonce: String?, hasOtherCredentials: Bool = false) {
            self.nkey = nkey
            self.signature = signature
            self.nonce = nonce
            self.hasOtherCredentials = hasOtherCredentials
        }
    }

    /// The asking server's key, `N…`; the audience of the answer.
    package let server: NKey
    /// The key that the server made for this one connection; the subject of both tokens of the answer.
    package let user: NKey
    /// Seconds since 1970: from then on nobody waits for the answer.
    package let expires: Int64
    package let login: Login

    package init(server: NKey, user: NKey, expires: Int64, login: Login) {
        self.server = server
        self.user = user
        self.expires = expires
        self.login = login
    }

    /// Why a token is no request. There is nobody to send a signed answer to.
    package enum Fault: Error, Equatable, Sendable {
        case tooLong
        case token(NATSJWTError)
        /// A good token that asks for something else: audience, type, or its names do not fit each other.
        case notARequest
    }

    /// Reads a request and verifies its signature.
    ///
    /// - Throws: `Fault`. Whether it has expired is `CalloutDecision`'s to say.
    package init(token: [UInt8]) throws(Fault) {
        guard token.count <= Self.maximumBytes else { throw .tooLong }
        let claims: NATSClaims<RequestBody>
        do {
            claims = try NATSJWT.decode(
                String(decoding: token, as: UTF8.self), as: RequestBody.self, issuerRole: .server)
        } catch {
            throw .token(error)
        }
        let body = claims.nats
        guard claims.aud == Self.audience, body.type == Self.type, let expires = claims.exp,
            let issuer = claims.iss, body.serverID.id == issuer, let server = try? NKey(text: issuer, role: .server),
            let user = try? NKey(text: body.userNKey, role: .user)
        else { throw .notARequest }
        let options = body.connectOptions
        self.init(
            server: server, user: user, expires: Int64(expires),
            login: Login(
                nkey: Self.present(options?.nkey), signature: Self.present(options?.sig),
                nonce: Self.present(body.clientInfo?.nonce),
                hasOtherCredentials: [options?.jwt, options?.token, options?.user, options?.pass]
                    .contains { Self.present($0) != nil }))
    }

    private static func present(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text
    }
}

/// `nats` of the request's claims; what is not decided by is not read.
struct RequestBody: Codable, Sendable {
    struct Server: Codable, Sendable { var id: String }

    struct Client: Codable, Sendable { var nonce: String? }

    struct Options: Codable, Sendable {
        var jwt: String?
        var nkey: String?
        var sig: String?
        var token: String?
        var user: String?
        var pass: String?

        enum CodingKeys: String, CodingKey {
            case jwt, nkey, sig, user, pass
            case token = "auth_token"
        }
    }

    var serverID: Server
    var userNKey: String
    var clientInfo: Client?
    var connectOptions: Options?
    var type: String?

    enum CodingKeys: String, CodingKey {
        case type
        case serverID = "server_id"
        case userNKey = "user_nkey"
        case clientInfo = "client_info"
        case connectOptions = "connect_opts"
    }
}
