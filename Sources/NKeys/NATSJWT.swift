private import Foundation
private import Sodium

/// Why a NATS JWT was refused.
package enum NATSJWTError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not three base64url parts, or not the JSON that was expected.
    case malformed
    /// The signature is not by the issuer that the token names.
    case badSignature
    /// Signed by a key of a role that may not issue this.
    case wrongIssuer

    package var description: String {
        switch self {
        case .malformed: "the token is malformed"
        case .badSignature: "the token's signature does not verify"
        case .wrongIssuer: "the token's issuer may not sign it"
        }
    }
}

/// The claims around what a NATS JWT is about. `nats` is the kind's own object.
///
/// Source: NATS JWT version 2 (`typ` JWT, `alg` ed25519-nkey).
package struct NATSClaims<Body: Codable & Sendable>: Codable, Sendable {
    package var aud: String?
    /// Seconds since 1970.
    package var exp: Int?
    package var iat: Int?
    package var iss: String?
    package var jti: String?
    package var name: String?
    package var sub: String
    package var nats: Body

    package init(
        audience: String?, subject: String, name: String? = nil, issuedAt: Int, expires: Int? = nil, nats: Body
    ) {
        self.aud = audience
        self.sub = subject
        self.name = name
        self.iat = issuedAt
        self.exp = expires
        self.nats = nats
    }
}

/// Signs and reads NATS JWTs.
package enum NATSJWT {
    private static let header = Base64URL.encode([UInt8](#"{"typ":"JWT","alg":"ed25519-nkey"}"#.utf8))

    private struct Header: Decodable {
        var typ: String
        var alg: String
    }

    private struct Issuer: Decodable { var iss: String }

    /// Signs `claims` with `issuer`, filling in `iss` and a `jti` of 128 random bits.
    ///
    /// - Throws: what the JSON encoder throws for the body.
    package static func encode<Body>(_ claims: NATSClaims<Body>, issuer: NKeyPair) throws -> String {
        var claims = claims
        claims.iss = issuer.publicKey.text
        claims.jti = Base32.encode(randomBytes(16))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let signed = try self.header + "." + Base64URL.encode([UInt8](encoder.encode(claims)))
        return signed + "." + Base64URL.encode(issuer.sign([UInt8](signed.utf8)))
    }

    /// Verifies a token by the key in its own `iss` and reads its claims. The caller decides whether that
    /// issuer is one to be trusted, and whether `exp` has passed.
    ///
    /// - Throws: `NATSJWTError`.
    package static func decode<Body>(
        _ token: String, as _: Body.Type, issuerRole: NKeyRole
    ) throws(NATSJWTError) -> NATSClaims<Body> {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        let decoder = JSONDecoder()
        guard let header = try? decoder.decode(Header.self, from: Data(head)),
            header.alg == "ed25519-nkey" || header.alg == "ed25519",
            let issuer = try? decoder.decode(Issuer.self, from: Data(body))
        else { throw .malformed }
        guard let key = try? NKey(text: issuer.iss, role: issuerRole) else { throw .wrongIssuer }
        let signed = [UInt8]((parts[0] + "." + parts[1]).utf8)
        guard Ed25519.isValid(signature: signature, of: signed, by: key.publicKey) else { throw .badSignature }
        guard let claims = try? decoder.decode(NATSClaims<Body>.self, from: Data(body)) else { throw .malformed }
        return claims
    }
}
