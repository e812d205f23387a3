import AuthCallout
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

extension CalloutIntegration {
    /// Discovery across the accounts, and what it opens to nobody.
    @Suite struct DiscoveryTests {
        private func names(_ messages: [Message]) throws -> [String] {
            try messages.compactMap {
                try JSONDocument(parsing: $0.payload, maximumDepth: 32).root["name"]?.string
            }
        }

        @Test func theOperatorFindsEveryCallout() async throws {
            try await CalloutFixture.run { fixture in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await fixture.service().run() }
                    let ops = try await fixture.deployment.connect(.ops)
                    // A service of the operator's own account, beside the callouts of theirs.
                    let worker = try await fixture.deployment.connect(.worker)
                    let other = NATSService(.init(name: "other", version: "1.0.0", text: ""), on: worker)
                    group.addTask { try await other.runDiscovery() }
                    for verb in ["PING", "INFO", "STATS"] {
                        try await eventually("all three answer $SRV.\(verb)") {
                            try self.names(await ops.gather(from: "$SRV.\(verb)")).sorted()
                                == ["kez-auth-callout", "kez-auth-callout", "other"]
                        }
                        let named = try await ops.gather(from: "$SRV.\(verb).kez-auth-callout")
                        #expect(try self.names(named).count == 2)
                    }
                    let answers = try await ops.gather(from: "$SRV.PING.kez-auth-callout")
                    let ids = try answers.compactMap {
                        try JSONDocument(parsing: $0.payload, maximumDepth: 32).root["id"]?.string
                    }
                    #expect(Set(ids).count == 2)
                    let one = try await ops.request([], to: "$SRV.STATS.kez-auth-callout.\(#require(ids.first))")
                    let data = try JSONDocument(parsing: one.payload, maximumDepth: 32).root["data"]
                    #expect(data?["kicks"]?["closed"]?.integer == 0)
                    #expect(data?["allowed"]?.integer == 0)
                    await ops.close()
                    await worker.close()
                    group.cancelAll()
                }
            }
        }

        @Test func nobodyElseGainsByIt() async throws {
            try await CalloutFixture.run { fixture in
                let gateway = fixture.gateway
                #expect(try await gateway.gather(from: "$SRV.PING.kez-auth-callout").count == 1)
                for subject in ["$SRV.INFO", "$SRV.STATS.kez-auth-callout"] {
                    #expect(try await violation(on: gateway) { try $0.publish([], to: subject) }.contains(subject))
                }
                let person = try await fixture.deployment.connect(person: fixture.register())
                for role in [DeploymentKeys.Role.registry, .worker, .provision, .eraser] {
                    let service = try await fixture.deployment.connect(role)
                    #expect(try await violation(on: service) { try $0.publish([], to: "$SRV.PING") }.contains("$SRV"))
                    await service.close()
                }
                for subject in ["$SRV.PING", "$SRV.PING.kez-auth-callout", "kez.rpc.operator.registry.suspend"] {
                    #expect(try await violation(on: person) { try $0.publish([], to: subject) }.contains(subject))
                }
                for subject in ["$SRV.>", "$SRV.PING"] {
                    #expect(
                        try await violation(on: person) { _ = try $0.subscribe(to: subject) }.contains(subject))
                }
                await person.close()
            }
        }

        @Test func theOperatorCallsTheRegistryInItsOwnNameOnly() async throws {
            let deployment = try await TestDeployment()
            let ops = try await deployment.connect(.ops)
            let registry = try await deployment.connect(.registry)
            let calls = try registry.subscribe(to: "kez.rpc.*.registry.*")
            try await registry.flush()
            async let answered = ops.request([], to: "kez.rpc.operator.registry.suspend")
            let call = try await within { await calls.next() }
            #expect(call?.subject == "kez.rpc.operator.registry.suspend")
            try registry.publish([UInt8]("{}".utf8), to: #require(call?.reply))
            #expect(try await answered.payload == [UInt8]("{}".utf8))
            let key = NKeyPair.generate(role: .user).primary
            for subject in [
                "kez.rpc.gateway.registry.register", "kez.rpc.callout.registry.admit",
                "kez.rpc.\(key.hex).account.status", "kez.rpc.operator.account.report",
                "kez.rpc.operator.inbox.0.list", Subjects.registryLog(.suspend, key), Subjects.send(to: key, from: nil),
                "kez.callout.decide", "$SYS.REQ.SERVER.PING.CONNZ",
            ] {
                #expect(try await violation(on: ops) { try $0.publish([], to: subject) }.contains(subject))
            }
            await ops.close()
            await registry.close()
        }

        @Test func theKickKeyFindsAndClosesAndNothingElse() async throws {
            let deployment = try await TestDeployment()
            let kick = try await deployment.connect(.kick)
            #expect(try await kick.gather(from: "$SYS.REQ.SERVER.PING.CONNZ").count == 1)
            for subject in [
                "$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.ACCOUNT.EDGE.CONNZ",
                "$SYS.REQ.SERVER.NX.RELOAD", "$SYS.REQ.SERVER.NX.LDM", "$SRV.PING", "$SYS.REQ.USER.AUTH",
            ] {
                #expect(try await violation(on: kick) { try $0.publish([], to: subject) }.contains(subject))
            }
            for subject in ["$SYS.>", "$SYS.ACCOUNT.EDGE.CONNECT", ">"] {
                #expect(try await violation(on: kick) { _ = try $0.subscribe(to: subject) }.contains("\"\(subject)\""))
            }
            await kick.close()
        }
    }
}
