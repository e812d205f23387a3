import AuthCallout
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

extension CalloutIntegration {
    /// Connections that end because the registry thinks otherwise of their key than when they came.
    @Suite struct CutOffTests {
        /// Names of the people's connections, as the broker has them.
        private func names(_ fixture: CalloutFixture) async throws -> [String] {
            try await fixture.connections().filter { $0["account"] as? String == "EDGE" }
                .compactMap { $0["authorized_user"] as? String }.sorted()
        }

        private func kicks(_ fixture: CalloutFixture, _ member: String) async throws -> Int64? {
            try await fixture.stats()["kicks"]?[member]?.integer
        }

        private func isWatching(_ fixture: CalloutFixture) async throws {
            try await eventually("the first survey is done") { try await self.kicks(fixture, "surveys") ?? 0 >= 1 }
        }

        @Test func aSuspendedKeyIsCutOffEverywhereAndComesBackReadOnly() async throws {
            try await CalloutFixture.run { fixture in
                try await self.isWatching(fixture)
                let (person, other) = (fixture.register("tudisco"), fixture.register("other"))
                let connections = try await [
                    fixture.deployment.connect(person: person), fixture.deployment.connect(person: person),
                    fixture.deployment.connect(person: other),
                ]
                let suspended = admission(of: person.primary, isSuspended: true)
                fixture.registry.set(suspended, for: person.primary)
                try await fixture.registry.tell(.suspend, of: person.primary)
                try await eventually("both are back, read-only") {
                    try await self.names(fixture)
                        == ["other@kez.test", "tudisco@kez.test (suspended)", "tudisco@kez.test (suspended)"]
                }
                #expect(try await self.kicks(fixture, "suspended") == 2)

                fixture.registry.set(admission(of: person.primary), for: person.primary)
                try await fixture.registry.tell(.resume, of: person.primary)
                try await eventually("both are back, free") {
                    try await self.names(fixture) == ["other@kez.test", "tudisco@kez.test", "tudisco@kez.test"]
                }
                #expect(try await self.kicks(fixture, "resumed") == 2)
                #expect(try await self.kicks(fixture, "closed") == 4)
                for connection in connections { await connection.close() }
            }
        }

        @Test func aReleasedHandlesConnectionsEnd() async throws {
            try await CalloutFixture.run { fixture in
                try await self.isWatching(fixture)
                let person = fixture.register("tudisco")
                let connection = try await fixture.deployment.connect(person: person)
                let events = connection.events()
                fixture.registry.set(nil, for: person.primary)
                try await fixture.registry.tell(.release, of: person.primary, handle: "tudisco")
                let end = try await within { await events.first { if case .disconnected = $0 { true } else { false } } }
                #expect(end != nil)
                try await eventually("it is counted") { try await self.kicks(fixture, "released") == 1 }
                #expect(try await self.names(fixture) == [])
                await connection.close()
            }
        }

        @Test func anEventAloneClosesNothing() async throws {
            try await CalloutFixture.run { fixture in
                try await self.isWatching(fixture)
                let person = fixture.register("tudisco")
                let connection = try await fixture.deployment.connect(person: person)
                let before = fixture.registry.questions(about: person.primary)
                for kind in [RegistryEventKind.suspend, .release, .resume, .handle, .chain] {
                    try await fixture.registry.tell(kind, of: person.primary, handle: "tudisco")
                }
                try await eventually("the registry was asked again and again") {
                    fixture.registry.questions(about: person.primary) >= before + 3
                }
                #expect(connection.isConnected)
                #expect(try await self.kicks(fixture, "closed") == 0)
                await connection.close()
            }
        }

        @Test func aCalloutThatStartsClosesWhatWasMissed() async throws {
            let deployment = try await TestDeployment()
            let fixture = CalloutFixture(
                deployment: deployment, registry: try await FakeRegistry(deployment), health: HealthBoard(),
                gateway: try await deployment.connect(.gateway))
            let (person, gone, other) = (
                fixture.register("tudisco"), fixture.register("gone"), fixture.register("other")
            )
            let connections = LockedBox<[NATSConnection]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await fixture.registry.run() }
                let first = Task { try await fixture.service().run() }
                try await fixture.isServing()
                for each in [person, gone, other] {
                    let connection = try await deployment.connect(person: each)
                    connections.update { $0.append(connection) }
                }
                first.cancel()
                try await first.value
                fixture.registry.set(admission(of: person.primary, isSuspended: true), for: person.primary)
                fixture.registry.set(nil, for: gone.primary)
                try await fixture.registry.tell(.suspend, of: person.primary)
                #expect(try await self.names(fixture).count == 3)
                group.addTask { try await fixture.service().run() }
                try await eventually("only what may be is left") {
                    try await self.names(fixture) == ["other@kez.test", "tudisco@kez.test (suspended)"]
                }
                group.cancelAll()
            }
            for connection in connections.value { await connection.close() }
            await fixture.gateway.close()
            await fixture.registry.close()
        }

        @Test func twoCalloutsCloseEachConnectionOnce() async throws {
            try await CalloutFixture.run { fixture in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await fixture.service().run() }
                    let ops = try await fixture.deployment.connect(.ops)
                    let stats = { () async throws -> [JSONValue] in
                        try await ops.gather(from: "$SRV.STATS.kez-auth-callout")
                            .compactMap {
                                try JSONDocument(parsing: $0.payload, maximumDepth: 32).root["data"]?["kicks"]
                            }
                    }
                    try await eventually("both have looked") {
                        try await stats().filter { $0["surveys"]?.integer ?? 0 >= 1 }.count == 2
                    }
                    let person = fixture.register("tudisco")
                    let connection = try await fixture.deployment.connect(person: person)
                    fixture.registry.set(admission(of: person.primary, isSuspended: true), for: person.primary)
                    try await fixture.registry.tell(.suspend, of: person.primary)
                    try await eventually("it is back, read-only") {
                        try await self.names(fixture) == ["tudisco@kez.test (suspended)"]
                    }
                    let both = try await stats()
                    #expect(both.count == 2)
                    #expect(both.compactMap { $0["suspended"]?.integer }.reduce(0, +) == 1)
                    await connection.close()
                    await ops.close()
                    group.cancelAll()
                }
            }
        }

        @Test func aSuspensionThatIsShortenedActsOnWhoIsConnected() async throws {
            try await CalloutFixture.run { fixture in
                try await self.isWatching(fixture)
                let person = fixture.register("tudisco", isSuspended: true)
                let connection = try await fixture.deployment.connect(person: person)
                let events = connection.events()
                let soon = WallClock.system.now().advanced(by: .seconds(3))
                fixture.registry.set(
                    Admission(
                        user: admission(of: person.primary).user, isSuspended: true, reason: "less", until: soon),
                    for: person.primary)
                try await fixture.registry.tell(.suspend, of: person.primary)
                for _ in 0..<2 {
                    // Closed for the new end, then by the broker when that has come.
                    let end = try await within {
                        await events.first { if case .disconnected = $0 { true } else { false } }
                    }
                    #expect(end != nil)
                }
                #expect(try await self.kicks(fixture, "renewed") == 1)
                await connection.close()
            }
        }
    }
}
