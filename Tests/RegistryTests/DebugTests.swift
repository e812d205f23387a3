import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry
@Suite struct DebugTests {
    @Test func dbg() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let claims = try (0..<50).map { _ in try bench.person().registration("ann") }
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for claim in claims { group.addTask {
                    do { return "won \(try await caller.register(claim))" } catch { return "\(error)" }
                } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            for o in outcomes where o.hasPrefix("won") { print(o) }
            print(outcomes.last!)
            let c = try await bench.deployment.connect(.registry)
            let js = JetStream(c)
            let info = try await js.streamInfo("KEZ_REGISTRY")
            print(info.state)
            for s in 1...info.state.lastSeq { let m = try await js.message(s, of: "KEZ_REGISTRY"); print(s, m.headers, String(decoding: m.payload.prefix(400), as: UTF8.self)) }
            await c.close()
        }
    }
}
