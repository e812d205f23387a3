import Foundation
import KezCore
import KezTesting
import Testing

@testable import KezClient

/// The SDK's engine between real clients of a real server.
@Suite struct ChatEngineTests {
    /// An engine that runs, and everything it has told.
    private final class Running: Sendable {
        let client: KezClient
        let engine: ChatEngine
        private let told = LockedBox<[ChatEvent]>([])
        private let tasks: LockedBox<[Task<Void, any Error>]>

        init(
            _ identity: Identity, on system: TestSystem, door: ClientOptions.Door = .nats,
            _ options: ChatOptions = ChatOptions()
        ) async throws {
            self.client = try await People.connect(identity, to: system, door: door)
            let engine = self.client.chat(options)
            self.engine = engine
            let told = self.told
            // Ended by `stop`.
            self.tasks = LockedBox([
                Task { try await engine.run() },
                Task { for await event in engine.events { told.update { $0.append(event) } } },
            ])
        }

        var kinds: [ChatEvent.Kind] { self.told.value.map(\.kind) }
        var events: [ChatEvent] { self.told.value }

        func see<Value>(_ what: String, _ find: (ChatEvent.Kind) -> Value?) async throws -> Value {
            try await eventually(what) { self.kinds.contains { find($0) != nil } }
            return try #require(self.kinds.lazy.compactMap(find).first)
        }

        func isCaughtUp() async throws {
            _ = try await self.see("everything is read") { if case .caughtUp = $0 { true } else { nil } }
        }

        func text(_ words: String) async throws -> ChatMessage {
            try await self.see("the text `\(words)`") { kind in
                if case .message(let message) = kind, message.shown == .text(words) { message } else { nil }
            }
        }

        func stop() async {
            for task in self.tasks.value { task.cancel() }
            for task in self.tasks.value { _ = try? await task.value }
            await self.client.close()
        }
    }

    @Test(arguments: [ClientOptions.Door.nats, .http])
    func everythingThatIsSaidIsTold(door: ClientOptions.Door) async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await Running(aliceKey, on: system, door: door)
        let bob = try await Running(bobKey, on: system, door: door)
        // Another client of Alice's.
        let phone = try await Running(aliceKey, on: system, door: door)
        let peer = try await alice.engine.open("bob")
        let back = try await bob.engine.open("alice")
        for each in [alice, bob, phone] { try await each.isCaughtUp() }

        let posted = try #require(try alice.engine.send("hello", in: peer.conversation))
        #expect(posted.state == .sending)
        let heard = try await bob.text("hello")
        #expect(heard.sender == aliceKey.primary && !heard.isMine)
        #expect(try await phone.text("hello").state == .sent)
        bob.engine.markRead(heard)
        for each in [alice, phone] {
            _ = try await each.see("it was read") { kind -> Bool? in
                if case .receipt(let receipt) = kind, receipt.state == .read, receipt.ids == [posted.id] {
                    true
                } else {
                    nil
                }
            }
        }
        #expect(alice.engine.current(posted)?.state == .read)
        try await eventually("the phone knows it, too") { phone.engine.current(posted)?.state == .read }

        try bob.engine.react("👍", to: heard)
        try alice.engine.edit(posted, to: "hello, Bob")
        _ = try await alice.see("a reaction") { if case .reacted(let change, "👍") = $0 { change } else { nil } }
        _ = try await bob.see("an edit") { if case .edited(let change, "hello, Bob") = $0 { change } else { nil } }
        let answer = try #require(try bob.engine.send("yes?", in: back.conversation, replyingTo: heard))
        #expect(try await alice.text("yes?").replyTo == posted.id)
        try bob.engine.delete(answer)
        _ = try await alice.see("a delete") { if case .deleted(let change) = $0 { change.message } else { nil } }
        await #expect { try alice.engine.edit(try await alice.text("yes?"), to: "no") } throws: {
            ($0 as? ClientError)?.code == "not_yours"
        }

        // Alice's clients know of each other what was read.
        let second = try #require(try bob.engine.send("and this", in: back.conversation))
        alice.engine.markRead(try await alice.text("and this"))
        _ = try await phone.see("it was read elsewhere") { kind -> Bool? in
            if case .read(let key, second.id) = kind, key.with == bobKey.primary { true } else { nil }
        }

        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try alice.engine.sendFile(bytes, named: "f.bin", caption: "take this", in: peer.conversation)
        let file = try await bob.see("the file") { if case .file(let file) = $0 { file } else { nil } }
        #expect(file.bytes == bytes && file.file.name == "f.bin")
        let progress = bob.kinds.compactMap { if case .progress(let progress) = $0 { progress.done } else { nil } }
        #expect(progress == progress.sorted() && !progress.isEmpty)
        #expect(
            alice.kinds.contains {
                if case .progress(let progress) = $0 { progress.done == 4 && progress.isOutgoing } else { false }
            })
        let message = try #require(
            bob.kinds.lazy.compactMap { kind -> ChatMessage? in
                if case .message(let message) = kind, case .file = message.shown { message } else { nil }
            }.first)
        #expect(try await bob.engine.fetch(message) == bytes)
        // The other client has the message at once, and gets the bytes from the store.
        try await eventually("the phone can fetch it") {
            guard let own = phone.engine.history(with: peer).last, case .file = own.shown else { return false }
            return (try? await phone.engine.fetch(own)) == bytes
        }

        if door == .nats {
            await alice.engine.typing(true, in: peer.conversation)
            _ = try await bob.see("she writes") { if case .typing(_, true) = $0 { true } else { nil } }
            await alice.engine.typing(false, in: peer.conversation)
            _ = try await bob.see("she has stopped") { if case .typing(_, false) = $0 { true } else { nil } }
        }
        #expect(await alice.engine.drain(within: .seconds(20)))

        // Who comes later reads the same conversation.
        let late = try await Running(aliceKey, on: system, door: door)
        try await late.isCaughtUp()
        let (first, other) = (alice.engine.history(with: peer), late.engine.history(with: peer))
        #expect(first.map(\.id) == other.map(\.id) && first.map(\.shown) == other.map(\.shown))
        #expect(first.map(\.reactions) == other.map(\.reactions) && first.map(\.isEdited) == other.map(\.isEdited))
        for each in [alice, bob, phone, late] { await each.stop() }
    }

    @Test func whatIsMissingIsAskedForAndSentAgain() async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await Running(aliceKey, on: system)
        let peer = try await alice.engine.open("bob")
        let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try alice.engine.sendFile(bytes, named: "f.bin", in: peer.conversation)
        #expect(await alice.engine.drain(within: .seconds(30)))

        // Two of the five chunks are gone from Bob's inbox before he looks.
        let door = try await NATSDoor(identity: bobKey, options: People.options(system))
        let page = try await door.list(InboxListRequest(since: 0, limit: 100), handle: nil)
        _ = try await door.delete(InboxDeleteRequest.seqs(page.messages.prefix(2).map(\.seq)))
        await door.close()

        let bob = try await Running(bobKey, on: system)
        try await bob.isCaughtUp()
        let from = try await bob.engine.open("alice")
        let message = try #require(bob.engine.history(with: from).last)
        await #expect { try await bob.engine.fetch(message) } throws: { ($0 as? ClientError)?.code == "not_found" }
        let file = try await bob.see("the file, whole") { if case .file(let file) = $0 { file } else { nil } }
        #expect(file.bytes == bytes)
        #expect(try await bob.engine.fetch(message) == bytes)
        for each in [alice, bob] { await each.stop() }
    }

    @Test func goesOnFromAPosition() async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await People.connect(aliceKey, to: system)
        var position = ChatPosition.beginning
        for round in 1...3 {
            for number in 1...5 { _ = try await alice.send("\(round)/\(number)", to: "bob") }
            let bob = try await Running(bobKey, on: system, ChatOptions(start: .position(position)))
            _ = try await bob.text("\(round)/5")
            try await bob.isCaughtUp()
            let texts = bob.kinds.compactMap { kind -> String? in
                if case .message(let message) = kind, case .text(let text) = message.shown { text } else { nil }
            }
            #expect(texts == (1...5).map { "\(round)/\($0)" })
            position = try #require(
                bob.kinds.lazy.reversed().compactMap { kind -> ChatPosition? in
                    if case .position(let position) = kind { position } else { nil }
                }.first)
            await bob.stop()
        }
        await alice.close()
    }

    @Test func receiptsAreForContactsAndForThoseWhoWantThem() async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await Running(aliceKey, on: system)
        let peer = try await alice.engine.open("bob")
        try await alice.isCaughtUp()
        // Bob has never written to Alice: she learns nothing.
        let stranger = try await Running(bobKey, on: system, ChatOptions(start: .position(.beginning)))
        try await stranger.isCaughtUp()
        try alice.engine.send("one", in: peer.conversation)
        stranger.engine.markRead(try await stranger.text("one"))
        await stranger.stop()
        // Nor where it is switched off.
        let silent = try await Running(bobKey, on: system, ChatOptions(sendsReceipts: false))
        _ = try await silent.engine.open("alice")
        try await silent.isCaughtUp()
        try alice.engine.send("two", in: peer.conversation)
        silent.engine.markRead(try await silent.text("two"))
        #expect(await silent.engine.drain(within: .seconds(10)))
        await silent.stop()
        // A message of Bob's comes after everything that he could have told.
        let bob = try await People.connect(bobKey, to: system)
        _ = try await bob.send("last", to: "alice")
        _ = try await alice.text("last")
        #expect(!alice.kinds.contains { if case .receipt = $0 { true } else { false } })
        await bob.close()
        await alice.stop()
    }

    @Test func whatCannotBeSentSaysWhy() async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await Running(aliceKey, on: system)
        let peer = try await alice.engine.open("bob")
        try await alice.isCaughtUp()
        #expect(throws: ClientError.self) {
            try alice.engine.sendFile([UInt8](repeating: 0, count: (10 << 20) + 1), named: "x", in: peer.conversation)
        }
        try alice.engine.send(String(repeating: "x", count: 250_000), in: peer.conversation)
        let failed = try await alice.see("a failure") { kind -> ChatMessage? in
            if case .state(let message) = kind, message.state == .failed { message } else { nil }
        }
        #expect(failed.failure == "too_large")
        // What follows goes out all the same.
        try alice.engine.send("short", in: peer.conversation)
        let bob = try await People.connect(bobKey, to: system)
        try await eventually("the short one arrives") {
            try await People.inbox(of: bob).compactMap(\.text) == ["short"]
        }
        await bob.close()
        await alice.stop()
    }
}
