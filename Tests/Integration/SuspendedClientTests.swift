import Foundation
import KezClient
import KezTesting
import Testing

/// What a suspended person sees through the SDK: the inbox as ever, and why nothing can be sent.
@Suite(.serialized) struct SuspendedClientTests {
    private static func operate(_ arguments: [String], on system: TestSystem) async throws {
        let (status, output) = try await system.kez(
            arguments + ["--data", system.data, "--nats", system.natsURL], as: "operator")
        #expect(status == 0, "\(output)")
    }

    @Test func isToldWhyAndUntilWhenByBothDoors() async throws {
        let system = try await TestSystem()
        let (annKey, benKey) = (
            try await People.register("ann", on: system), try await People.register("ben", on: system)
        )
        let (ann, ben) = (try await People.connect(annKey, to: system), try await People.connect(benKey, to: system))
        _ = try await ben.send("hello", to: "ann")
        _ = try await ann.send("hello", to: "ben")
        try await Self.operate(["suspend", "ann", "--reason", "Too loud.", "--for", "1h"], on: system)

        for door in [ClientOptions.Door.nats, .http] {
            let client = try await People.connect(annKey, to: system, door: door)
            #expect(try await client.inbox().messages.compactMap(\.text) == ["hello"])
            let error = await #expect(throws: ClientError.self) { _ = try await client.send("more", to: "ben") }
            #expect(error?.code == "suspended" && error?.reason == "Too loud.")
            #expect(error?.until != nil && error?.message.contains("Too loud.") == true)
            await client.close()
        }
        // A connection of before ends, comes back as the receiver it may be, and says the same.
        let kicked = await #expect(throws: ClientError.self) { _ = try await ann.send("more", to: "ben") }
        #expect(kicked?.code == "suspended")
        _ = try await ben.send("still there?", to: "ann")
        #expect(try await ann.inbox().messages.compactMap(\.text) == ["hello", "still there?"])

        try await Self.operate(["unsuspend", "ann"], on: system)
        try await eventually("ann may send again", within: .seconds(30)) {
            (try? await ann.send("thanks", to: "ben")) != nil
        }
        await ann.close()
        await ben.close()
    }

    @Test func registersWithAnInvite() async throws {
        let system = try await TestSystem(["--registration", "invite"])
        let (status, output) = try await system.kez(["invite", "--data", system.data], as: "operator")
        #expect(status == 0, "\(output)")
        let word = output.split(whereSeparator: \.isWhitespace).map(String.init).first { $0.count > 100 }
        let invite = try #require(word, "\(output)")
        let options = People.options(system)
        let without = await #expect(throws: ClientError.self) {
            _ = try await KezClient.register("ann", identity: .generate(), options: options)
        }
        #expect(without?.code == "invite_required")
        let registered = try await system.kez(["register", "ann", "--invite", invite, "--url", system.url], as: "ann")
        #expect(registered.status == 0, "\(registered.output)")
        let used = await #expect(throws: ClientError.self) {
            _ = try await KezClient.register("ben", identity: .generate(), invite: invite, options: options)
        }
        #expect(used?.code == "invite_used")
        let config = try await system.get("/v1/config")
        #expect(String(decoding: config.body, as: UTF8.self).contains(#""registration":"invite""#))
    }
}
