import NKeys
import Testing

private struct Body: Codable, Sendable, Equatable {
    var type: String
    var allow: [String]
}

@Suite struct NATSJWTTests {
    private let issuer = NKeyPair.generate(role: .account)
    private var claims: NATSClaims<Body> {
        NATSClaims(
            audience: "EDGE", subject: "a subject", name: "tudisco@kez.lat", issuedAt: 1_700_000_000,
            expires: 1_700_000_100, nats: Body(type: "user", allow: ["kez.send.*.*.a", "kez.rpc.a.>"]))
    }

    private func error(_ token: String, role: NKeyRole = .account) -> NATSJWTError? {
        do throws(NATSJWTError) {
            _ = try NATSJWT.decode(token, as: Body.self, issuerRole: role)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsWhatItWrote() throws {
        let token = try NATSJWT.encode(self.claims, issuer: self.issuer)
        #expect(!token.contains("="))
        let read = try NATSJWT.decode(token, as: Body.self, issuerRole: .account)
        #expect(read.iss == self.issuer.publicKey.text)
        #expect(read.aud == "EDGE")
        #expect(read.sub == "a subject")
        #expect(read.name == "tudisco@kez.lat")
        #expect(read.iat == 1_700_000_000)
        #expect(read.exp == 1_700_000_100)
        #expect(read.nats == self.claims.nats)
        #expect(
            try NATSJWT.decode(NATSJWT.encode(self.claims, issuer: self.issuer), as: Body.self, issuerRole: .account)
                .jti != read.jti)
    }

    @Test func writesTheHeaderThatServersExpect() throws {
        let head = try NATSJWT.encode(self.claims, issuer: self.issuer).split(separator: ".")[0]
        #expect(
            Base64URL.decode(head).map { String(decoding: $0, as: UTF8.self) } == #"{"typ":"JWT","alg":"ed25519-nkey"}"#
        )
    }

    @Test func readsAServersRequest() throws {
        // As nats.md's example, signed by a key of the test's own.
        let server = NKeyPair.generate(role: .server)
        let token = try NATSJWT.encode(self.claims, issuer: server)
        #expect(self.error(token, role: .server) == nil)
    }

    @Test func refusesAnIssuerOfAnotherRole() throws {
        for role in NKeyRole.allCases where role != .curve && role != .account {
            #expect(self.error(try NATSJWT.encode(self.claims, issuer: .generate(role: role))) == .wrongIssuer)
        }
    }

    @Test func refusesAChangedToken() throws {
        let parts = try NATSJWT.encode(self.claims, issuer: self.issuer).split(separator: ".").map(String.init)
        var other = self.claims
        other.sub = "another subject"
        let others = try NATSJWT.encode(other, issuer: self.issuer).split(separator: ".").map(String.init)
        #expect(self.error("\(parts[0]).\(others[1]).\(parts[2])") == .badSignature)
        #expect(self.error("\(parts[0]).\(parts[1]).\(others[2])") == .badSignature)
        #expect(self.error("\(parts[0]).\(parts[1]).") == .badSignature)
        #expect(self.error("\(parts[0]).\(parts[1]).AAAA") == .badSignature)
        // A header that says the same in other words is not what was signed.
        let header = Base64URL.encode(Array(#"{"alg":"ed25519-nkey","typ":"JWT"}"#.utf8))
        #expect(self.error("\(header).\(parts[1]).\(parts[2])") == .badSignature)
    }

    @Test func refusesATokenSignedByAnotherThanItsIssuer() throws {
        let other = NKeyPair.generate(role: .account)
        let parts = try NATSJWT.encode(self.claims, issuer: self.issuer).split(separator: ".").map(String.init)
        let signature = Base64URL.encode(other.sign(Array("\(parts[0]).\(parts[1])".utf8)))
        #expect(self.error("\(parts[0]).\(parts[1]).\(signature)") == .badSignature)
    }

    @Test(arguments: ["none", "HS256", "ED25519"])
    func refusesOtherAlgorithms(algorithm: String) throws {
        let parts = try NATSJWT.encode(self.claims, issuer: self.issuer).split(separator: ".").map(String.init)
        let header = Base64URL.encode(Array("{\"typ\":\"JWT\",\"alg\":\"\(algorithm)\"}".utf8))
        let signature = Base64URL.encode(self.issuer.sign(Array("\(header).\(parts[1])".utf8)))
        #expect(self.error("\(header).\(parts[1]).\(signature)") == .malformed)
    }

    @Test(arguments: ["", ".", "..", "...", "a.b.c", "!.!.!", "e30.e30.e30", "e30.e30"])
    func refusesWhatIsNoToken(text: String) { #expect(self.error(text) == .malformed) }

    @Test func refusesABodyOfAnotherShape() throws {
        struct Other: Codable, Sendable { var number = 1 }
        let token = try NATSJWT.encode(
            NATSClaims(audience: nil, subject: "x", issuedAt: 0, nats: Other()), issuer: self.issuer)
        #expect(self.error(token) == .malformed)
    }
}
