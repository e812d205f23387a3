import Foundation
import KezClient
import KezCore
import KezTesting
import Testing

/// What must hold when processes die.
@Suite struct SurvivalTests {
    @Test func twoConnectedClientsNeedOnlyTheBroker() async throws {
        let system = try await TestSystem()
        let alice = try await People.connect(People.register("alice", on: system), to: system)
        let bobKey = try await People.register("bob", on: system)
        let bob = try await People.connect(bobKey, to: system)
        let recipient = bobKey.primary
        // Alice knows bob's key and needs nobody to look it up.
        let user = try await alice.resolve("bob")
        let shown = Shown()
        let listening = Task { try await bob.messages { await shown.add($0) } }
        _ = try await alice.send("with everything running", to: recipient)
        try await eventually("bob hears alice") { await shown.texts.count == 1 }

        try await system.stop(signal: SIGKILL)
        let sent = try await alice.send("with the broker alone", to: user)
        #expect(sent.seq > 0)
        try await eventually("bob hears alice without our services") { await shown.texts.count == 2 }

        try await system.start()
        try await eventually("the inbox lists both", within: .seconds(60)) {
            let texts = try? await People.inbox(of: bob).compactMap(\.text)
            return texts == ["with everything running", "with the broker alone"]
        }
        #expect(await shown.texts == ["with everything running", "with the broker alone"])
        listening.cancel()
        await alice.close()
        await bob.close()
    }

    @Test func deletedViewsAreBuiltAgainWithTheSameAnswers() async throws {
        let system = try await TestSystem()
        let keys = [
            try await People.register("alice", on: system), try await People.register("bob", on: system),
            try await People.register("carol", on: system),
        ]
        let clients = try await connectAll(keys, system)
        for round in 0..<20 {
            for (from, to) in [(0, "bob"), (1, "alice"), (2, "bob"), (0, "carol")] {
                _ = try await clients[from].send("round \(round)", to: to)
            }
        }
        let bob = try #require(clients[1].door as? NATSDoor)
        let inbox = try await People.inbox(of: clients[1])
        #expect(try await bob.delete(.upTo(inbox[9].seq)).deleted == 10)
        #expect(try await bob.delete(.seqs([inbox[15].seq, inbox[17].seq, 999_999])).deleted == 2)
        _ = try await bob.settings(.init(blocked: [keys[2].key], anonymous: false))
        _ = try await KezClient.release("carol", identity: keys[2], options: People.options(system))
        _ = try await KezClient.register("carla", identity: keys[2], options: People.options(system))

        // Killed in the middle of more of it.
        let storm = Task { for index in 0..<2000 { _ = try? await clients[0].send("storm \(index)", to: "carla") } }
        // A release closes the connections of its key; this one comes back with the next handle.
        try await eventually("the storm has begun") { (try? await People.inbox(of: clients[2]).count) ?? 0 > 50 }
        try await system.stop(signal: SIGKILL)
        storm.cancel()
        await storm.value
        for client in clients { await client.close() }

        try await system.start()
        let before = try await answers(keys, system)
        try await system.stop(signal: SIGKILL)
        let views = try FileManager.default.contentsOfDirectory(atPath: system.data).filter { $0.contains("kez-chat") }
        #expect(views.count >= 17)
        for view in views { try FileManager.default.removeItem(atPath: "\(system.data)/\(view)") }
        try await system.start()
        let after = try await answers(keys, system)
        #expect(before == after)
        #expect(try await system.stop() == 0)
    }

    private func connectAll(_ keys: [Identity], _ system: TestSystem) async throws -> [KezClient] {
        var clients: [KezClient] = []
        for key in keys { clients.append(try await People.connect(key, to: system)) }
        return clients
    }

    /// Every answer that depends on a view, as bytes.
    private func answers(_ keys: [Identity], _ system: TestSystem) async throws -> [String: [UInt8]] {
        var answers: [String: [UInt8]] = [:]
        for handle in ["alice", "bob", "carol", "carla"] {
            let answer = try await system.get("/v1/u/\(handle)")
            answers["lookup \(handle)"] = [UInt8(answer.status & 255)] + answer.body
        }
        for (index, key) in keys.enumerated() {
            let client = try await People.connect(key, to: system)
            let door = try #require(client.door as? NATSDoor)
            var since: UInt64 = 0
            while true {
                let page = try await door.list(.init(since: since, limit: 500), handle: nil)
                answers["list \(index) \(since)"] = page.bytes
                guard page.hasMore else { break }
                since = page.next
            }
            answers["head \(index)"] = try await door.head().bytes
            answers["stats \(index)"] = try await door.stats().bytes
            answers["settings \(index)"] = try await door.settings(.init()).bytes
            answers["chain \(index)"] = try await door.sigchain(of: key.key, from: 1).bytes
            await client.close()
        }
        return answers
    }

    @Test func tenThousandSendsAndThreeKillsLoseNothing() async throws {
        let system = try await TestSystem()
        let aliceKey = try await People.register("alice", on: system)
        let bobKey = try await People.register("bob", on: system)
        let acknowledged = LockedBox<[String]>([])
        let total = 10_000
        let senders = Task {
            await withDiscardingTaskGroup { group in
                for lane in 0..<16 {
                    group.addTask {
                        // Each lane speaks HTTP or NATS, and goes on through every restart.
                        guard
                            let client = try? await People.connect(
                                aliceKey, to: system, door: lane.isMultiple(of: 4) ? .http : .nats)
                        else { return }
                        guard let bob = try? await client.resolve("bob") else { return }
                        for index in stride(from: lane, to: total, by: 16) {
                            if (try? await client.send("\(index)", to: bob)) != nil {
                                acknowledged.update { $0.append("\(index)") }
                            }
                        }
                        await client.close()
                    }
                }
            }
        }
        for kill in 1...3 {
            try await eventually("\(kill * 2000) are acknowledged", within: .seconds(120)) {
                acknowledged.value.count >= kill * 2000
            }
            try await system.stop(signal: SIGKILL)
            try await system.start()
        }
        await senders.value
        let bob = try await People.connect(bobKey, to: system)
        let listed = try await People.inbox(of: bob).compactMap(\.text)
        let counts = Dictionary(grouping: listed) { $0 }.mapValues(\.count)
        #expect(acknowledged.value.count >= total * 9 / 10)
        #expect(acknowledged.value.allSatisfy { counts[$0] == 1 })
        #expect(counts.values.allSatisfy { $0 == 1 })
        await bob.close()
    }

    @Test func aBrokerThatDiesIsStartedAgain() async throws {
        let system = try await TestSystem()
        let alice = try await People.connect(People.register("alice", on: system), to: system)
        _ = try await alice.send("before", to: "alice")
        let pid = try #require(system.brokerPID)
        kill(pid, SIGKILL)
        _ = try await alice.send("after", to: "alice")
        #expect(system.brokerPID != pid)
        try await eventually("everything is healthy again", within: .seconds(60)) { await system.isHealthy() }
        #expect(try await People.inbox(of: alice).compactMap(\.text) == ["before", "after"])
        await alice.close()
        let last = try #require(system.brokerPID)
        #expect(try await system.stop() == 0)
        #expect(kill(last, 0) != 0)
    }
}
