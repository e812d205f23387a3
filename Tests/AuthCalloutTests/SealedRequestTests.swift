import AuthCallout
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import NKeys
import Testing

extension CalloutIntegration {
    /// The broker's own subject, on a broker whose accounts let the test ask as a server does.
    @Suite struct SealedRequestTests {
        private static let subject = "$SYS.REQ.USER.AUTH"
        private static let header = "Nats-Server-Xkey"

        private struct Setup: Sendable {
            let asker: NATSConnection
            let curve: XKeyPair
            let issuer: NKeyPair
            /// The asking server's curve key.
            let serverCurve = XKeyPair.generate()
            /// What the callout answers to as well, while keys change.
            let next = CalloutKeyPair(issuer: .generate(role: .account), curve: .generate())
            let person: NKeyPair

            func seal(_ token: [UInt8], to key: NKey? = nil) throws -> [UInt8] {
                try self.serverCurve.seal(token, to: key ?? self.curve.publicKey)
            }

            func send(_ payload: [UInt8], xkey: String?, timeout: Duration) throws -> PendingReply {
                try self.asker.startRequest(
                    payload, to: SealedRequestTests.subject,
                    headers: xkey.map { [SealedRequestTests.header: $0] } ?? [:],
                    timeout: timeout)
            }

            /// A good request's answer, opened.
            func answer(to fixture: RequestFixture) async throws -> NATSClaims<Answer> {
                let reply = try await self.send(
                    self.seal(fixture.token()), xkey: self.serverCurve.publicKey.text, timeout: .seconds(20)
                ).value()
                let token = try self.serverCurve.open(reply.payload, from: self.curve.publicKey)
                return try NATSJWT.decode(String(decoding: token, as: UTF8.self), as: Answer.self, issuerRole: .account)
            }

            func dropped() async throws -> [String: Int64] {
                let reply = try await self.asker.request([], to: "$SRV.STATS.kez-auth-callout")
                let reasons = try #require(
                    JSONDocument(parsing: reply.payload, maximumDepth: 32).root["data"]?["reasons"])
                return Dictionary(uniqueKeysWithValues: (reasons.object ?? []).map { ($0.name, $0.value.integer ?? 0) })
            }
        }

        private func run(_ body: @escaping @Sendable (Setup) async throws -> Void) async throws {
            let (login, asker) = (NKeyPair.generate(role: .user), NKeyPair.generate(role: .user))
            let broker = try await TestBroker(
                jetStream: false,
                configuration: """
                    authorization { users: [ { nkey: \(login.publicKey.text) }, { nkey: \(asker.publicKey.text) } ] }
                    """)
            let settings = BrokerSettings(servers: [broker.url])
            let connection = try await NATSConnection.connect(settings.options(name: "asker", pair: asker))
            let setup = Setup(
                asker: connection, curve: .generate(), issuer: .generate(role: .account), person: .generate(role: .user)
            )
            let service = AuthCalloutService(
                configuration: AuthCalloutConfiguration(
                    server: try #require(ServerName("kez.test")), broker: settings, pair: login,
                    kickPair: .generate(role: .user),
                    identity: CalloutKeyPair(issuer: setup.issuer, curve: setup.curve),
                    others: [setup.next], clock: WallClock { Timestamp(unixSeconds: RequestFixture.now) }),
                health: HealthBoard(), logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let registry = try connection.subscribe(to: "kez.rpc.callout.registry.admit")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask {
                    for await request in registry {
                        try connection.publish(
                            admission(of: setup.person.primary).bytes, to: request.reply ?? "nowhere")
                    }
                }
                try await eventually("the callout answers") {
                    (try? await connection.request([], to: "kez.callout.decide", timeout: .seconds(1))) != nil
                }
                try await body(setup)
                group.cancelAll()
            }
            await connection.close()
        }

        @Test func answersSealedForTheServerThatAsked() async throws {
            try await self.run { setup in
                let fixture = RequestFixture(person: setup.person)
                let answer = try await setup.answer(to: fixture)
                #expect(answer.iss == setup.issuer.publicKey.text)
                #expect(answer.aud == fixture.server.publicKey.text)
                #expect(answer.sub == fixture.connection.publicKey.text)
                #expect(answer.nats.jwt != nil)
            }
        }

        /// As after a restart of the broker: more than are handled at the same time, and none is lost.
        @Test func answersTwoThousandRequestsAtOnce() async throws {
            try await self.run { setup in
                let sealed = try setup.seal(RequestFixture(person: setup.person).token())
                let pending = try (0..<2_000).map { _ in
                    try setup.send(sealed, xkey: setup.serverCurve.publicKey.text, timeout: .seconds(120))
                }
                for reply in pending {
                    let answer = try await reply.value()
                    #expect(answer.payload.starts(with: "xkv1".utf8))
                }
            }
        }

        /// While keys change, servers with the old and the new ones ask.
        @Test func answersEachServerAsWhomItKnows() async throws {
            try await self.run { setup in
                for (curve, issuer) in [(setup.curve, setup.issuer), (setup.next.curve, setup.next.issuer)] {
                    let sealed = try setup.seal(
                        RequestFixture(person: setup.person).token(), to: curve.publicKey)
                    let reply = try await setup.send(
                        sealed, xkey: setup.serverCurve.publicKey.text, timeout: .seconds(20)
                    ).value()
                    let token = try setup.serverCurve.open(reply.payload, from: curve.publicKey)
                    let outer = try NATSJWT.decode(
                        String(decoding: token, as: UTF8.self), as: Answer.self, issuerRole: .account)
                    #expect(outer.iss == issuer.publicKey.text)
                    let inner = try NATSJWT.decode(#require(outer.nats.jwt), as: Answer.User.self, issuerRole: .account)
                    #expect(inner.iss == issuer.publicKey.text)
                }
            }
        }

        @Test func refusesAnExpiredRequest() async throws {
            try await self.run { setup in
                let answer = try await setup.answer(
                    to: RequestFixture(person: setup.person).with { $0.exp = Int(RequestFixture.now) - 60 })
                #expect(answer.nats.error == Refusal.expired.sentence)
                #expect(answer.nats.jwt == nil)
            }
        }

        @Test func refusesAPlainRequestPlainly() async throws {
            try await self.run { setup in
                let token = try RequestFixture(person: setup.person).token()
                let reply = try await setup.send(token, xkey: nil, timeout: .seconds(20)).value()
                let answer = try NATSJWT.decode(
                    String(decoding: reply.payload, as: UTF8.self), as: Answer.self, issuerRole: .account)
                #expect(answer.nats.error == Refusal.notSealed.sentence)
                #expect(answer.nats.jwt == nil)
            }
        }

        @Test func garbageGetsSilenceAndHarmsNobody() async throws {
            try await self.run { setup in
                let token = try RequestFixture(person: setup.person).token()
                let xkey = setup.serverCurve.publicKey.text
                let sealed = try setup.seal(token)
                var changed = sealed
                changed[changed.count - 1] ^= 1
                let unopened: [([UInt8], String)] = [
                    ([], xkey), ([UInt8]("xkv1".utf8), xkey), (token, xkey), (changed, xkey),
                    (Array(sealed.dropLast()), xkey),
                    ([UInt8](repeating: 0xff, count: 100_000), xkey),
                    (try setup.seal(token, to: XKeyPair.generate().publicKey), xkey),
                    (sealed, XKeyPair.generate().publicKey.text), (sealed, setup.person.publicKey.text), (sealed, "X"),
                ]
                let noRequests: [([UInt8], String?)] = [
                    (try setup.seal([]), xkey), (try setup.seal([UInt8]("{}".utf8)), xkey),
                    (try setup.seal(RequestFixture().token(signedBy: .generate(role: .account))), xkey),
                    (try setup.seal(RequestFixture().with { $0.aud = "other" }.token()), xkey),
                    ([UInt8]("{}".utf8), nil),
                    ([], nil),
                    // An empty header is none.
                    (sealed, ""),
                ]
                let pending =
                    try unopened.map { try setup.send($0.0, xkey: $0.1, timeout: .seconds(1)) }
                    + noRequests.map { try setup.send($0.0, xkey: $0.1, timeout: .seconds(1)) }
                let answer = try await setup.answer(to: RequestFixture(person: setup.person))
                #expect(answer.nats.jwt != nil)
                for reply in pending {
                    await #expect { try await reply.value() } throws: { ($0 as? NATSError)?.kind == .timeout }
                }
                let dropped = try await setup.dropped()
                #expect(dropped[Drop.unopened.rawValue] == Int64(unopened.count))
                // The one that asked whether the callout is there counts as well.
                #expect((dropped[Drop.notARequest.rawValue] ?? 0) > Int64(noRequests.count))
            }
        }
    }
}
