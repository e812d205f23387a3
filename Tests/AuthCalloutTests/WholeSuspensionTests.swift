import AuthCallout
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Registry
import Sodium
import Testing

extension CalloutIntegration {
    /// With the real registry and a real worker: what a person who is suspended while connected can and cannot do.
    @Suite struct WholeSuspensionTests {
        private static func register(_ key: SigningKey, _ handle: String, _ gateway: RPCClient) async throws {
            let signer = EnvelopeSigner(key)
            let envelope = try signer.sign(.handleRegistration) { writer in
                writer.member("handle", handle)
                writer.member("primary", signer.primary)
                writer.member("server", "kez.test")
                writer.member("created_at", WallClock.system.now())
            }
            try await eventually("the registry takes \(handle)") {
                do {
                    let subject = RPCSubject(caller: .service(.gateway), endpoint: .registry(.register))
                    _ = try await gateway.call(subject, envelope)
                } catch let error as KezError where error.status == 503 {
                    return false
                } catch let error as KezError where error.code == .replayed {
                }
                return true
            }
        }

        @Test func aConnectedPersonIsCutOffReadsAndSeesWhy() async throws {
            let deployment = try await TestDeployment()
            let folder = try TemporaryFolder("suspension")
            let keys = deployment.keys
            let gateway = try await deployment.connect(.gateway)
            let ops = try await deployment.connect(.ops)
            let services: [@Sendable () async throws -> Void] = [
                RegistryService(
                    configuration: RegistryConfiguration(
                        server: deployment.server, sigchainBaseURL: "https://sig.kez.test",
                        databasePath: folder.file("registry.db"), broker: deployment.settings,
                        pair: keys.pair(.registry)),
                    health: HealthBoard(), logger: deployment.logger
                ).run,
                InboxWorkerService(
                    configuration: InboxWorkerConfiguration(
                        shards: Shard.all, limits: Limits(),
                        databasePath: { folder.file("inbox-\($0.digit).db") }, broker: deployment.settings,
                        pair: keys.pair(.worker)),
                    health: HealthBoard(), logger: deployment.logger
                ).run,
                AuthCalloutService(
                    configuration: AuthCalloutConfiguration(
                        server: deployment.server, broker: deployment.settings, pair: keys.pair(.callout),
                        kickPair: keys.pair(.kick), identity: keys.identity),
                    health: HealthBoard(), logger: deployment.logger
                ).run,
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try await service() } }
                let key = SigningKey.generate()
                let pair = NKeyPair(role: .user, signingKey: key)
                let own = EnvelopeSigner(key).primary
                try await Self.register(key, "flooder", RPCClient(gateway))
                let person = try await deployment.connect(person: pair)
                let events = person.events()
                let body = [UInt8](#"{"hello":"me"}"#.utf8)
                _ = try await person.request(body, to: Subjects.send(to: own, from: own))

                let suspend = RPCSubject(caller: .service(.operator), endpoint: .registry(.suspend))
                let order = JSONWriter.object { writer in
                    writer.member("handle", "flooder")
                    writer.member("reason", "flooding")
                    writer.member("until", WallClock.system.now().advanced(by: .seconds(3600)))
                }
                _ = try await RPCClient(ops).call(suspend, order)
                let isDown: @Sendable (ConnectionEvent) -> Bool = { if case .disconnected = $0 { true } else { false } }
                _ = try await within { await events.first(where: isDown) }
                _ = try await within { await events.first { $0 == .connected(isReconnect: true) } }

                let client = RPCClient(person)
                let status = try await AccountStatus(
                    json: client.members(RPCSubject(caller: .account(own), endpoint: .account(.status))).value)
                #expect(status.isSuspended)
                #expect(status.reason == "flooding")
                #expect(status.until != nil)
                let list = try await client.members(.inbox(.list, of: own))
                #expect(try list.array("messages").count == 1)
                let copies = try person.subscribe(to: "kez.inbox.\(own.hex).>")
                try await person.flush()
                _ = try await gateway.request(body, to: Subjects.send(to: own, from: nil))
                let copy = try await within { await copies.next() }
                #expect(copy?.subject == Subjects.inbox(to: own, from: nil))
                for subject in [
                    Subjects.send(to: own, from: own), Subjects.live(to: own, from: own),
                    "kez.rpc.\(own.hex).registry.lookup",
                ] {
                    let words = try await violation(on: person) { try $0.publish(body, to: subject) }
                    #expect(words.contains(subject))
                }

                let resume = RPCSubject(caller: .service(.operator), endpoint: .registry(.resume))
                _ = try await RPCClient(ops).call(resume, JSONWriter.object { $0.member("handle", "flooder") })
                try await eventually("it may send again") {
                    guard person.isConnected else { return false }
                    let receipt = try? await person.request(
                        [UInt8](#"{"hello":"again"}"#.utf8), to: Subjects.send(to: own, from: own),
                        timeout: .milliseconds(500))
                    return receipt != nil
                }
                await person.close()
                group.cancelAll()
            }
            await ops.close()
            await gateway.close()
        }
    }
}
