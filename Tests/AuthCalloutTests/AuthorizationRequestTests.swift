import AuthCallout
import NKeys
import Testing

@Suite struct AuthorizationRequestTests {
    /// Why a token is no request; nil when it is one.
    private func fault(_ token: [UInt8]) -> AuthorizationRequest.Fault? {
        do throws(AuthorizationRequest.Fault) {
            _ = try AuthorizationRequest(token: token)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsWhatAServerWrites() throws {
        let fixture = RequestFixture()
        let request = try fixture.request()
        #expect(request.server == fixture.server.publicKey)
        #expect(request.user == fixture.connection.publicKey)
        #expect(request.expires == RequestFixture.now + 15)
        #expect(request.login.nkey == fixture.person.publicKey.text)
        #expect(request.login.nonce == RequestFixture.nonce)
        #expect(!request.login.hasOtherCredentials)
    }

    @Test func takesEmptyTextsForAbsent() throws {
        let request = try RequestFixture().with {
            $0.nats.connect_opts = .init(nkey: "", sig: "", jwt: "", auth_token: "", user: "", pass: "")
            $0.nats.client_info = .init(nonce: "")
        }.request()
        #expect(request.login == .init(nkey: nil, signature: nil, nonce: nil))
    }

    @Test func readsARequestWithoutALogin() throws {
        let request = try RequestFixture().with {
            $0.nats.connect_opts = nil
            $0.nats.client_info = nil
        }.request()
        #expect(request.login == .init(nkey: nil, signature: nil, nonce: nil))
    }

    @Test func refusesAnotherAudienceOrType() throws {
        for change: (inout NATSClaims<RequestFixture.Body>) -> Void in [
            { $0.aud = nil }, { $0.aud = "something else" }, { $0.nats.type = nil }, { $0.nats.type = "user" },
            { $0.exp = nil },
        ] {
            #expect(self.fault(try RequestFixture().with(change).token()) == .notARequest)
        }
    }

    @Test func refusesNamesThatDoNotFitEachOther() throws {
        let other = NKeyPair.generate(role: .server).publicKey.text
        #expect(self.fault(try RequestFixture().with { $0.nats.server_id.id = other }.token()) == .notARequest)
    }

    @Test(arguments: ["", "U", "not a key", "SUABFGVLKBEU7WBDO22JQHGED2CCZTHYJDR7K52XZMKOO7FJXT7A3GYFBI"])
    func refusesAConnectionWithoutAKey(text: String) throws {
        #expect(self.fault(try RequestFixture().with { $0.nats.user_nkey = text }.token()) == .notARequest)
    }

    @Test(arguments: [NKeyRole.account, .server, .operator, .cluster])
    func refusesAConnectionKeyOfAnotherRole(role: NKeyRole) throws {
        let key = NKeyPair.generate(role: role).publicKey.text
        #expect(self.fault(try RequestFixture().with { $0.nats.user_nkey = key }.token()) == .notARequest)
    }

    @Test(arguments: [NKeyRole.account, .user, .operator, .cluster])
    func refusesATokenThatIsNotByAServer(role: NKeyRole) throws {
        let fault = self.fault(try RequestFixture().token(signedBy: .generate(role: role)))
        #expect(fault == .token(.wrongIssuer))
    }

    @Test func refusesAChangedToken() throws {
        let token = String(decoding: try RequestFixture().token(), as: UTF8.self)
        let parts = token.split(separator: ".").map(String.init)
        let other = String(decoding: try RequestFixture().token(), as: UTF8.self).split(separator: ".").map(String.init)
        #expect(self.fault(Array("\(parts[0]).\(parts[1]).\(other[2])".utf8)) == .token(.badSignature))
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c", "{}", "eyJ0.eyJ0.eyJ0", "\u{0}\u{ff}"])
    func refusesWhatIsNoToken(text: String) {
        #expect(self.fault(Array(text.utf8)) == .token(.malformed))
    }

    @Test func refusesWhatIsTooLong() {
        #expect(self.fault([UInt8](repeating: 0x41, count: AuthorizationRequest.maximumBytes + 1)) == .tooLong)
    }
}
