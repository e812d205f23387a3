import AuthCallout
import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import ServiceLifecycle
import Testing

extension CalloutIntegration {
    /// The subject on which the gateway asks, and the callout's end.
    @Suite struct DoorTests {
        private static let gateway = "kez.callout.decide"

        private func request(of person: NKeyPair, expiresIn seconds: Int = 15) -> RequestFixture {
            let now = Int(WallClock.system.now().unixSeconds)
            return RequestFixture(person: person).with {
                $0.iat = now
                $0.exp = now + seconds
            }
        }

        @Test func answersTheGatewayAsItAnswersTheBroker() async throws {
            try await CalloutFixture.run { fixture in
                let person = fixture.register("tudisco")
                var lifetimes: Set<Int> = []
                for _ in 0..<20 {
                    let request = self.request(of: person)
                    let before = Int(WallClock.system.now().unixSeconds)
                    let reply = try await fixture.gateway.request(request.token(), to: Self.gateway)
                    let after = Int(WallClock.system.now().unixSeconds)
                    #expect(reply.serviceError == nil)
                    let outer = try NATSJWT.decode(
                        String(decoding: reply.payload, as: UTF8.self), as: Answer.self, issuerRole: .account)
                    #expect(outer.iss == fixture.deployment.keys.issuer.publicKey.text)
                    #expect(outer.aud == request.server.publicKey.text)
                    #expect(outer.sub == request.connection.publicKey.text)
                    let inner = try NATSJWT.decode(#require(outer.nats.jwt), as: Answer.User.self, issuerRole: .account)
                    #expect(inner.name == "tudisco@kez.test")
                    let expires = try #require(inner.exp)
                    #expect(expires >= before + 86_400 * 8 / 10)
                    #expect(expires <= after + 86_400 * 12 / 10)
                    lifetimes.insert(expires - (inner.iat ?? 0))
                }
                // Of 34,561 lengths: twenty of them equal would be no chance.
                #expect(lifetimes.count > 1)
            }
        }

        @Test func tellsTheGatewayOfARefusal() async throws {
            try await CalloutFixture.run { fixture in
                for (request, refusal) in [
                    (self.request(of: .generate(role: .user)), Refusal.noHandle),
                    (self.request(of: fixture.register(), expiresIn: -60), .expired),
                    (self.request(of: fixture.register()).with { $0.nats.connect_opts?.sig = "AAAA" }, .badSignature),
                ] {
                    let reply = try await fixture.gateway.request(request.token(), to: Self.gateway)
                    let outer = try NATSJWT.decode(
                        String(decoding: reply.payload, as: UTF8.self), as: Answer.self, issuerRole: .account)
                    #expect(outer.nats.error == refusal.sentence)
                    #expect(outer.nats.jwt == nil)
                }
            }
        }

        @Test func tellsTheGatewayThatABodyIsNoRequest() async throws {
            try await CalloutFixture.run { fixture in
                for body in [[], [UInt8]("{}".utf8), [UInt8](repeating: 0xff, count: 70_000)] {
                    let reply = try await fixture.gateway.request(body, to: Self.gateway)
                    #expect(reply.serviceError?.kind == .service(status: 400))
                    #expect(KezError(status: 400, body: reply.payload).code == .badRequest)
                }
            }
        }

        @Test func tellsTheGatewayThatTheRegistryIsAway() async throws {
            try await CalloutFixture.run(registryIsUp: false) { fixture in
                let request = self.request(of: .generate(role: .user))
                // The gateway itself waits 4 s.
                let reply = try await fixture.gateway.request(request.token(), to: Self.gateway, timeout: .seconds(4))
                #expect(reply.serviceError?.kind == .service(status: 503))
                #expect(KezError(status: 503, body: reply.payload).code == .unavailable)
                #expect(try await fixture.stats()["reasons"]?["no_registry"]?.integer == 1)
            }
        }

        @Test func stopsInOrder() async throws {
            let deployment = try await TestDeployment()
            let fixture = CalloutFixture(
                deployment: deployment, registry: try await FakeRegistry(deployment), health: HealthBoard(),
                gateway: try await deployment.connect(.gateway))
            let group = ServiceGroup(services: [fixture.service()], logger: deployment.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await fixture.isServing()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            await #expect { try await fixture.gateway.request([], to: Self.gateway) } throws: {
                ($0 as? NATSError)?.kind == .noResponders
            }
            #expect(fixture.health.failures["auth-callout"] != nil)
            await fixture.gateway.close()
            await fixture.registry.close()
        }

        @Test func stopsWhileTheBrokerIsAway() async throws {
            let deployment = try await TestDeployment()
            try await deployment.broker.stop()
            let keys = deployment.keys
            let service = AuthCalloutService(
                configuration: AuthCalloutConfiguration(
                    server: deployment.server, broker: deployment.settings, pair: keys.pair(.callout),
                    kickPair: keys.pair(.kick), identity: keys.identity),
                health: HealthBoard(), logger: deployment.logger)
            let group = ServiceGroup(services: [service], logger: deployment.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}
