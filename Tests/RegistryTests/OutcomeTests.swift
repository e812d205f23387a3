import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry

/// What a caller is told when the broker stands still or dies while it writes.
@Suite struct OutcomeTests {
    /// Every event of the log; its own replay checks the chain of them.
    private static func events(_ bench: RegistryBench) async throws -> [RegistryEvent] {
        let connection = try await bench.deployment.connect(.registry)
        let jetStream = JetStream(connection)
        let last = try await StreamHead.read(StreamNames.registry, jetStream).last
        var events: [RegistryEvent] = []
        for seq in 0..<last {
            events.append(
                try await RegistryEvent(parsing: jetStream.message(seq + 1, of: StreamNames.registry).payload))
        }
        await connection.close()
        return events
    }

    @Test func aWriteWithoutAnAcknowledgementIsFoundInTheLog() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        try await bench.replica { replica in
            bench.deployment.broker.send(signal: 19)
            let claim = try ann.registration("ann")
            async let user = replica.register(claim)
            try await eventually("the acknowledgement is given up") {
                replica.replica.metrics.counts.unknownOutcomes > 0
            }
            bench.deployment.broker.send(signal: 18)
            #expect(try await user.primary == ann.primary)
            #expect(try await refusal { try await replica.register(claim) }?.code == .replayed)
        }
        #expect(try await Self.events(bench).count == 1)
    }

    @Test func aBrokerThatStaysAwayIsTold() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        try await bench.replica { replica in
            let claim = try ann.registration("ann")
            try await bench.deployment.broker.stop(signal: 9)
            #expect(try await refusal { try await replica.register(claim) }?.code == .unavailable)
            #expect(try await refusal { try await replica.lookup("ann") }?.status == 503)
            #expect(try await refusal { try await replica.chain(ann.primary) }?.status == 503)
            try await bench.deployment.broker.start()
            try await eventually("writes work again") { (try? await replica.register(claim)) != nil }
        }
        #expect(try await Self.events(bench).count == 1)
    }

    @Test func whateverHappensEveryAnswerIsTrue() async throws {
        let bench = try await RegistryBench()
        let claims = try (0..<60).map { number in (number, try bench.person().registration("user\(number % 30)")) }
        try await bench.replica("a") { first in
            try await bench.replica("b") { second in
                try await withThrowingTaskGroup(of: (Int, UserObject?).self) { group in
                    for (number, claim) in claims {
                        let replica = number.isMultiple(of: 2) ? first : second
                        group.addTask { (number, try await Self.insist(claim, on: replica)) }
                    }
                    for _ in 0..<2 {
                        try await bench.deployment.broker.stop(signal: 9)
                        try await bench.deployment.broker.start()
                    }
                    var winners: [String: Primary] = [:]
                    for try await (_, user) in group {
                        guard let user else { continue }
                        #expect(winners.updateValue(user.primary, forKey: user.handle.text) == nil)
                    }
                    #expect(winners.count == 30)
                    for (handle, primary) in winners {
                        #expect(try await first.lookup(handle).primary == primary)
                        #expect(try await second.lookup(handle).primary == primary)
                    }
                }
            }
        }
        let events = try await Self.events(bench)
        #expect(events.count == 30)
        #expect(events.map(\.leaf.n) == (0..<30).map { UInt64($0) })
        _ = try await bench.replica("new") { try await $0.lookup("user0") }
    }

    /// Sends the same claim until there is an answer that says something; nil when another won.
    private static func insist(_ claim: [UInt8], on replica: TestReplica) async throws -> UserObject? {
        for _ in 0..<400 {
            do {
                return try await replica.register(claim)
            } catch let error as KezError {
                switch error.code {
                case .replayed: return try UserObject(json: #require(error["user"]))
                case .handleTaken: return nil
                default:
                    #expect(error.status == 503)
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }
        throw TestFailure("no answer to a claim")
    }
}
