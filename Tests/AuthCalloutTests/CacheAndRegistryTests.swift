import AuthCallout
import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

/// What the callout remembers of the registry, and what it does without one.
@Suite(.serialized) struct CacheAndRegistryTests {
    private func connectOnce(_ person: NKeyPair, _ fixture: CalloutFixture) async throws {
        let connection = try await fixture.deployment.connect(person: person)
        await connection.close()
    }

    @Test func asksOnceAndAgainAfterAnEvent() async throws {
        try await CalloutFixture.run { fixture in
            let (person, other) = (fixture.register("tudisco"), fixture.register("other"))
            for _ in 0..<3 { try await self.connectOnce(person, fixture) }
            try await self.connectOnce(other, fixture)
            #expect(fixture.registry.questions(about: person.primary) == 1)

            fixture.registry.set(nil, for: person.primary)
            try await fixture.registry.tell(.release, of: person.primary)
            try await eventually("the event has arrived") {
                try await fixture.stats()["cache"]?["entries"]?.integer == 1
            }
            await fixture.refusesToConnect(person)
            #expect(fixture.registry.questions(about: person.primary) == 2)
            // The other one's admission is still known.
            try await self.connectOnce(other, fixture)
            #expect(fixture.registry.questions(about: other.primary) == 1)
        }
    }

    @Test func aSuspensionActsOnTheNextLogin() async throws {
        try await CalloutFixture.run { fixture in
            let person = fixture.register("tudisco")
            try await self.connectOnce(person, fixture)
            fixture.registry.set(admission(of: person.primary, isSuspended: true), for: person.primary)
            try await fixture.registry.tell(.suspend, of: person.primary)
            try await eventually("the event has arrived") {
                try await fixture.stats()["cache"]?["entries"]?.integer == 0
            }
            try await self.connectOnce(person, fixture)
            #expect(try await fixture.stats()["suspended"]?.integer == 1)
        }
    }

    @Test func anEventOfAnUnknownKindForgetsEverything() async throws {
        try await CalloutFixture.run { fixture in
            try await self.connectOnce(fixture.register("tudisco"), fixture)
            let registry = try await fixture.deployment.connect(.registry)
            try registry.publish([], to: "kez.registry.log.merged.something")
            try await eventually("the event has arrived") {
                try await fixture.stats()["cache"]?["entries"]?.integer == 0
            }
            await registry.close()
        }
    }

    @Test func aReconnectForgetsEverything() async throws {
        try await CalloutFixture.run { fixture in
            try await self.connectOnce(fixture.register("tudisco"), fixture)
            #expect(try await fixture.stats()["cache"]?["entries"]?.integer == 1)
            try await fixture.deployment.broker.stop(signal: SIGKILL)
            try await eventually("the callout says that the broker is away") { !fixture.health.isReady }
            try await fixture.deployment.broker.start()
            try await eventually("the callout is back") { fixture.health.isReady }
            try await eventually("the callout answers") {
                (try? await fixture.stats()["cache"]?["entries"]?.integer) == 0
            }
        }
    }

    @Test func aLoginWaitsForARegistryThatComesBack() async throws {
        try await CalloutFixture.run(registryIsUp: false) { fixture in
            let person = fixture.register("tudisco")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var options = fixture.deployment.settings.options(name: "patient", pair: person)
                    options.inboxPrefix = Subjects.inboxPrefix(nkey: person.publicKey.text)
                    options.connectTimeout = .seconds(30)
                    let connection = try await NATSConnection.connect(options)
                    await connection.close()
                }
                try await eventually("the login has been asked about in vain") {
                    try await fixture.stats()["cache"]?["misses"]?.integer == 1
                }
                #expect(fixture.registry.questions(about: person.primary) == 0)
                let registry = Task { try await fixture.registry.run() }
                try await group.waitForAll()
                try await fixture.registry.goAway()
                try await registry.value
            }
            #expect(try await fixture.stats()["allowed"]?.integer == 1)
        }
    }

    @Test func whatIsKnownNeedsNoRegistry() async throws {
        try await CalloutFixture.run { fixture in
            let person = fixture.register("tudisco")
            try await self.connectOnce(person, fixture)
            try await fixture.registry.goAway()
            try await self.connectOnce(person, fixture)
            #expect(fixture.registry.questions(about: person.primary) == 1)
        }
    }
}
