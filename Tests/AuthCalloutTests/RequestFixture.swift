import AuthCallout
import KezCore
import NATS
import NKeys

/// An authorization request as a server writes it, each part of which a test can bend.
struct RequestFixture {
    struct Body: Codable, Sendable {
        struct Server: Codable, Sendable { var id: String }

        struct Client: Codable, Sendable { var nonce: String? }

        struct Options: Codable, Sendable {
            var nkey: String?
            var sig: String?
            var jwt: String?
            var auth_token: String?
            var user: String?
            var pass: String?
            var lang: String? = "swift"
        }

        var server_id: Server
        var user_nkey: String
        var client_info: Client?
        var connect_opts: Options?
        var type: String? = "authorization_request"
        var version = 2
    }

    static let now: Int64 = 1_800_000_000
    static let nonce = "tvBYCVeCEM1KUn4"

    let server = NKeyPair.generate(role: .server)
    let connection = NKeyPair.generate(role: .user)
    let person: NKeyPair
    var claims: NATSClaims<Body>

    init(person: NKeyPair = .generate(role: .user)) {
        self.person = person
        self.claims = NATSClaims(
            audience: AuthorizationRequest.audience, subject: "anything", issuedAt: Int(Self.now),
            expires: Int(Self.now) + 15,
            nats: Body(
                server_id: .init(id: self.server.publicKey.text), user_nkey: self.connection.publicKey.text,
                client_info: .init(nonce: Self.nonce),
                connect_opts: .init(
                    nkey: person.publicKey.text,
                    sig: Base64URL.encode(person.sign(Array(Self.nonce.utf8))))))
    }

    /// The same with a change.
    func with(_ change: (inout NATSClaims<Body>) -> Void) -> RequestFixture {
        var copy = self
        change(&copy.claims)
        return copy
    }

    func token(signedBy issuer: NKeyPair? = nil) throws -> [UInt8] {
        Array(try NATSJWT.encode(self.claims, issuer: issuer ?? self.server).utf8)
    }

    func request() throws -> AuthorizationRequest { try AuthorizationRequest(token: self.token()) }

    /// Why the request, once read, is refused; nil when it proves its key.
    func refusal(now: Int64 = Self.now) throws -> Refusal? {
        let request = try self.request()
        do throws(Refusal) {
            _ = try CalloutDecision.provenKey(of: request, now: now)
            return nil
        } catch {
            return error
        }
    }
}

extension NKeyPair {
    /// The account of a person who connects with this key.
    // swift-format-ignore: NeverForceUnwrap
    var primary: Primary { Primary(bytes: self.publicKey.publicKey)! }
}

/// A registered, or registered and suspended, key as the registry tells of it.
// swift-format-ignore: NeverForceUnwrap
func admission(of primary: Primary, handle: String = "tudisco", isSuspended: Bool = false) -> Admission {
    Admission(
        user: UserObject(
            handle: Handle(handle)!, fqhn: "\(handle)@kez.test", primary: primary, sigchainURL: "https://kez.test/",
            registeredAt: Timestamp(unixSeconds: 1_700_000_000), sigchain: SigchainMark(length: 0, head: nil)),
        isSuspended: isSuspended)
}
