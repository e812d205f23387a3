import Foundation
import KezClient
import KezTesting
import Testing

@Suite struct EndToEndTests {
    @Test(arguments: [ClientOptions.Door.nats, .http])
    func aMessageArrivesLiveAndIsListed(door: ClientOptions.Door) async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await People.connect(aliceKey, to: system, door: door)
        let bob = try await People.connect(bobKey, to: system, door: door)
        let shown = Shown()
        let listening = Task { try await bob.messages { await shown.add($0) } }
        _ = try await alice.send("before or after, it comes", to: "bob")
        try await eventually("bob is shown the first") { await shown.texts.count == 1 }
        _ = try await alice.send("hello", to: "bob@\(TestSystem.server)")
        _ = try await alice.send("by key", to: bobKey.primary)
        try await eventually("bob is shown all three") { await shown.texts.count == 3 }
        #expect(await shown.texts == ["before or after, it comes", "hello", "by key"])
        #expect(await shown.messages.allSatisfy { $0.from == aliceKey.primary })
        #expect(try await People.inbox(of: bob).compactMap(\.text) == shown.texts)
        #expect(try await People.inbox(of: alice).isEmpty)
        listening.cancel()
        _ = try? await listening.value
        await alice.close()
        await bob.close()
        #expect(try await system.stop() == 0)
    }

    @Test func whoIsNotRegisteredIsRefused() async throws {
        let system = try await TestSystem()
        await #expect { try await People.connect(.generate(), to: system) } throws: {
            ($0 as? ClientError)?.code == "unauthorized"
        }
        let alice = try await People.connect(People.register("alice", on: system), to: system)
        await #expect { try await alice.send("x", to: "nobody") } throws: { ($0 as? ClientError)?.code == "not_found" }
        await #expect { try await alice.send("x", to: "No Body") } throws: {
            ($0 as? ClientError)?.code == "bad_handle"
        }
        await alice.close()
    }

    @Test func aHandleHasOneKeyAndAKeyOneHandle() async throws {
        let system = try await TestSystem()
        let alice = try await People.register("alice", on: system)
        await #expect { try await People.register("alice", on: system) } throws: {
            ($0 as? ClientError)?.code == "handle_taken"
        }
        await #expect {
            try await KezClient.register("alice2", identity: alice, options: People.options(system))
        } throws: { ($0 as? ClientError)?.code == "primary_taken" }
        try await KezClient.release("alice", identity: alice, options: People.options(system))
        await #expect { try await People.register("alice", on: system) } throws: {
            ($0 as? ClientError)?.code == "handle_taken"
        }
        #expect(
            try await KezClient.register("alice", identity: alice, options: People.options(system)).handle == "alice")
    }

    @Test func whatASecondServerOfAHandleSaysIsRefused() async throws {
        let system = try await TestSystem()
        let bobKey = try await People.register("bob", on: system)
        let aliceKey = try await People.register("alice", on: system)
        let trust = TrustFile(path: system.folder.file("contacts.json"))
        let alice = try await KezClient.connect(identity: aliceKey, options: People.options(system), trust: trust)
        _ = try await alice.send("hello", to: "bob")
        // The server names another key from one moment to the next.
        var contact = try #require(try trust.contact("bob@\(TestSystem.server)"))
        #expect(contact.primary == bobKey.primary)
        contact.primary = Identity.generate().primary
        try trust.save(contact, for: "bob@\(TestSystem.server)")
        await #expect { try await alice.send("hello", to: "bob") } throws: {
            ($0 as? ClientError)?.code == "key_changed"
        }
        _ = try await alice.send("hello", to: "bob", acceptingNewKey: true)
        await alice.close()
    }
}
