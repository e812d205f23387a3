import Foundation
import KezClient
import KezTesting
import Testing

/// Connections are renewed before their tokens end, without a gap.
@Suite struct RenewalTests {
    @Test func nothingIsMissedWhileConnectionsAreRenewed() async throws {
        let system = try await TestSystem()
        let aliceKey = try await People.register("alice", on: system)
        let bobKey = try await People.register("bob", on: system)
        let alice = try await People.connect(aliceKey, to: system)
        var options = People.options(system)
        options.renewal = .milliseconds(200)
        let bob = try await KezClient.connect(identity: bobKey, options: options)
        let shown = Shown()
        let listening = Task { try await bob.messages { await shown.add($0) } }
        // A connection's number at the broker tells one from the next.
        var seen: Set<Int> = []
        var sent = 0
        try await eventually("bob has been through five connections", within: .seconds(60)) {
            _ = try await alice.send("\(sent)", to: "bob")
            sent += 1
            seen.formUnion(try await Self.connections(of: "bob", system))
            return seen.count >= 5
        }
        let total = sent
        try await eventually("everything is shown") { await shown.texts.count >= total }
        #expect(Set(await shown.texts) == Set((0..<total).map(String.init)))
        #expect(await shown.texts.count == total)
        listening.cancel()
        await alice.close()
        await bob.close()
    }

    private static func connections(of handle: String, _ system: TestSystem) async throws -> [Int] {
        struct Answer: Decodable {
            struct Connection: Decodable {
                let cid: Int
                let authorized_user: String?
            }
            let connections: [Connection]
        }
        let data = try await system.monitor("/connz?auth=true")
        return try JSONDecoder().decode(Answer.self, from: data).connections
            .filter { $0.authorized_user == "\(handle)@\(TestSystem.server)" }.map(\.cid)
    }
}
