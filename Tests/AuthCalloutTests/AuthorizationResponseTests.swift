import AuthCallout
import KezCore
import NKeys
import Testing

/// The answer as a server reads it.
struct Answer: Codable, Sendable {
    struct User: Codable, Sendable {
        struct Allowed: Codable, Sendable {
            var allow: [String]
        }

        var pub: Allowed
        var sub: Allowed
        var type: String
        var version: Int
    }

    var jwt: String?
    var error: String?
    var type: String
    var version: Int
}

@Suite struct AuthorizationResponseTests {
    private let issuer = NKeyPair.generate(role: .account)

    @Test func allowingNamesServerConnectionAndPermissions() throws {
        let fixture = RequestFixture()
        let request = try fixture.request()
        let grant = try CalloutDecision.grant(
            to: CalloutDecision.provenKey(of: request, now: RequestFixture.now),
            admission: admission(of: fixture.person.primary), server: #require(ServerName("kez.test")))
        let token = try AuthorizationResponse(issuer: self.issuer).allowing(
            grant, for: request, now: RequestFixture.now, lifetime: 86_400)
        let outer = try NATSJWT.decode(token, as: Answer.self, issuerRole: .account)
        #expect(outer.iss == self.issuer.publicKey.text)
        #expect(outer.aud == fixture.server.publicKey.text)
        #expect(outer.sub == fixture.connection.publicKey.text)
        #expect(outer.nats.type == "authorization_response")
        #expect(outer.nats.version == 2)
        #expect(outer.nats.error == nil)

        let inner = try NATSJWT.decode(#require(outer.nats.jwt), as: Answer.User.self, issuerRole: .account)
        #expect(inner.iss == self.issuer.publicKey.text)
        #expect(inner.aud == "EDGE")
        #expect(inner.sub == fixture.connection.publicKey.text)
        #expect(inner.name == "tudisco@kez.test")
        #expect(inner.exp == Int(RequestFixture.now) + 86_400)
        #expect(inner.nats.type == "user")
        #expect(inner.nats.version == 2)
        #expect(inner.nats.pub.allow == grant.permissions.publish)
        #expect(inner.nats.sub.allow == grant.permissions.subscribe)
    }

    @Test(arguments: Refusal.allCases)
    func refusingHoldsAnErrorAndNoToken(refusal: Refusal) throws {
        let request = try RequestFixture().request()
        let token = try AuthorizationResponse(issuer: self.issuer).refusing(
            refusal, for: request, now: RequestFixture.now)
        let outer = try NATSJWT.decode(token, as: Answer.self, issuerRole: .account)
        #expect(outer.nats.jwt == nil)
        #expect(outer.nats.error == refusal.sentence)
        #expect(outer.aud == request.server.text)
        #expect(outer.sub == request.user.text)
    }

    @Test func tokensLiveADayGiveOrTakeAFifth() {
        #expect(AuthorizationResponse.lifetime == (86_400 * 8 / 10)...(86_400 * 12 / 10))
    }
}
