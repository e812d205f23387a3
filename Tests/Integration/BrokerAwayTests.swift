import Foundation
import KezClient
import KezTesting
import Testing

/// The broker stands still or is gone: clear answers, nothing lost, recovery without help.
@Suite struct BrokerAwayTests {
    @Test func httpAnswersSoonAndRecovers() async throws {
        let system = try await TestSystem()
        _ = try await People.register("alice", on: system)
        let broker = try #require(system.brokerPID)
        kill(broker, SIGSTOP)
        defer { kill(broker, SIGCONT) }
        for path in ["/v1/u/alice", "/v1/healthz", "/v1/sigchains/ed25519/\(String(repeating: "0", count: 64))"] {
            let start = ContinuousClock.now
            let answer = try await system.get(path)
            #expect(answer.status == 503, "\(path)")
            // The contract's own bound, with room for a loaded machine.
            #expect(ContinuousClock.now - start < .seconds(8), "\(path)")
            #expect(
                String(decoding: answer.body, as: UTF8.self).contains(
                    path == "/v1/healthz" ? "degraded" : "unavailable"))
        }
        kill(broker, SIGCONT)
        try await eventually("it recovers by itself", within: .seconds(60)) {
            guard await system.isHealthy() else { return false }
            return try await system.get("/v1/u/alice").status == 200
        }
    }

    @Test func listeningGoesOnWhereItStopped() async throws {
        let system = try await TestSystem()
        let alice = try await People.connect(People.register("alice", on: system), to: system)
        let bob = try await People.connect(People.register("bob", on: system), to: system)
        let shown = Shown()
        let listening = Task { try await bob.messages { await shown.add($0) } }
        _ = try await alice.send("1", to: "bob")
        try await eventually("the first is shown") { await shown.texts == ["1"] }
        kill(try #require(system.brokerPID), SIGKILL)
        _ = try await alice.send("2", to: "bob")
        _ = try await alice.send("3", to: "bob")
        try await eventually("everything is shown once", within: .seconds(60)) { await shown.texts == ["1", "2", "3"] }
        listening.cancel()
        await alice.close()
        await bob.close()
    }
}
