import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Sodium
import Testing

@testable import Gateway

/// What keys ask for, and what of it the registry is told.
@Suite struct DemandTests {
    private let alice = Primary(SigningKey.generate())
    private let bob = Primary(SigningKey.generate())

    private static let limits: Limits = {
        var limits = Limits()
        limits.http = TokenBucketLimit(burst: 40, perSecond: 0.1)
        limits.tunnelLines = TokenBucketLimit(burst: 20, perSecond: 5)
        limits.tunnelBytes = TokenBucketLimit(burst: 10_000, perSecond: 1000)
        limits.connections = 2
        return limits
    }()

    @Test func whatIsLessThanABudgetIsNobodysBusiness() {
        var table = DemandTable(limits: Self.limits, capacity: 10)
        table.note(self.alice, in: 100) { demand in
            demand.requests = 5
            demand.lines = 299
            demand.bytes = 59_999
            demand.refused = 1
        }
        #expect(table.takeExcesses(before: 101).isEmpty)
    }

    @Test func factorsOfAMinuteThatIsOver() {
        var table = DemandTable(limits: Self.limits, capacity: 10)
        table.note(self.alice, in: 100) { demand in
            demand.requests = 60
            demand.lines = 300
            demand.bytes = 120_000
            demand.held = .seconds(90)
            demand.refused = 20
        }
        table.note(self.bob, in: 100) { $0.refused = 2 }
        #expect(table.takeExcesses(before: 100).isEmpty, "it is not over")
        let told = table.takeExcesses(before: 101)
        func factor(_ primary: Primary, _ budget: AbuseReport.Budget) -> Double? {
            told.first { $0.primary == primary && $0.budget == budget && $0.minute == 100 }?.factor
        }
        #expect(told.count == 4)
        #expect(factor(self.alice, .http) == 10 && factor(self.alice, .connections) == 10)
        #expect(factor(self.alice, .tunnel) == 3.5)
        #expect(factor(self.bob, .connections) == 1)
        #expect(table.takeExcesses(before: 101).isEmpty, "told once")
        table.untold(told.prefix(2))
        #expect(table.takeExcesses(before: 102).count == 2)
        table.untold(told)
        #expect(table.takeExcesses(before: 106).isEmpty, "the registry wants no old ones")
    }

    @Test func minutesAreCountedByThemselves() {
        var table = DemandTable(limits: Self.limits, capacity: 10)
        for minute in [Int64(7), 8, 9] {
            for _ in 0..<4 { table.note(self.alice, in: minute) { $0.requests += 1 } }
        }
        #expect(table.takeExcesses(before: 10).isEmpty)
    }

    @Test func aLimitThatIsOffIsNeverExceeded() {
        var limits = Limits()
        (limits.http, limits.tunnelLines, limits.tunnelBytes, limits.connections) = (.off, .off, .off, nil)
        var table = DemandTable(limits: limits, capacity: 10)
        table.note(self.alice, in: 1) { demand in
            (demand.requests, demand.lines, demand.bytes, demand.refused) = (1 << 40, 1 << 40, 1 << 40, 1 << 40)
        }
        #expect(table.takeExcesses(before: 2).isEmpty)
    }

    @Test func boundsHold() {
        var table = DemandTable(limits: Self.limits, capacity: 50, pending: 20)
        for number in 1...100 {
            table.note(Primary(SigningKey.generate()), in: 1) { $0.refused = 2 * number }
        }
        #expect(table.count == 50)
        let told = table.takeExcesses(before: 2)
        #expect(told.map(\.factor) == (31...50).reversed().map(Double.init), "the largest")
        #expect(table.count == 0)
    }

    /// A CONNECT and a PING, then lines beyond the budget.
    @Test func aTunnelsDemandIsItsKeys() throws {
        let clock = ManualClock()
        var configuration = GatewayConfiguration(
            server: ServerName("kez.test")!, broker: BrokerSettings(servers: ["nats://127.0.0.1:1"]),
            pair: .generate(role: .user), limits: Self.limits, clock: WallClock { clock.now }, ticks: { clock.ticks })
        configuration.tuning.tunnelAddressFactor = 1000
        let book = DemandBook(limits: Self.limits, capacity: 10, clock: configuration.clock)
        let budgets = TunnelBudgets(configuration, demand: book, tally: GatewayTally())
        let pair = NKeyPair.generate(role: .user)
        func frame(_ text: String) -> [UInt8] {
            // A mask of zeros.
            [0x82, 0x80 | 126, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255), 0, 0, 0, 0]
                + [UInt8](text.utf8)
        }
        var flow = TunnelFlow(budgets: budgets, address: IPAddress("1.2.3.4"))
        let login = frame(
            "CONNECT {\"nkey\":\"\(pair.publicKey.text)\",\"pad\":\"\(String(repeating: "x", count: 60))\"}\r\n")
        #expect(try flow.next(login.span) == .pass(login.count))
        try flow.accept()
        var flood = frame(String(repeating: "PING\r\n", count: 400))
        var waits = 0
        while !flood.isEmpty {
            switch try flow.next(flood.span) {
            case .pass(let count): flood.removeFirst(count)
            case .wait(let time):
                waits += 1
                clock.advance(by: time)
            case .awaitsLogin: Issue.record("the login was taken")
            }
        }
        clock.advance(by: .seconds(60))
        let passed = book.takeExcesses()
        #expect(
            waits > 10 && passed.allSatisfy { $0.primary.bytes == pair.publicKey.publicKey && $0.budget == .tunnel })
        // All 401 lines in about 77 s, most of which it was held back: more than one budget, in one minute or two.
        #expect(!passed.isEmpty && passed.reduce(0) { $0 + $1.factor } < 5)
    }

    @Test func theRegistryIsTold() async throws {
        try await withGateway(
            limits: Self.limits, configure: { $0.tuning.reportInterval = .milliseconds(20) }
        ) { gateway in
            let bob = gateway.user("bob")
            let path = "/v1/account/bob"
            gateway.clock.advance(by: .seconds(60 - gateway.clock.now.unixSeconds % 60))
            let minute = gateway.clock.now.unixSeconds / 60
            for _ in 0..<6 { #expect(try await gateway.get(path, gateway.streamAuth(bob, path: path)).status == 200) }
            var places: [WebSocket] = []
            for _ in 0..<2 { places.append(try await gateway.login(.eraser)) }
            for _ in 0..<4 {
                var refused = try await gateway.greet(.eraser)
                _ = try await refused.receive(until: TunnelViolation.tooManyConnections.reason)
            }
            #expect(gateway.registry.state.value.reports.isEmpty)
            gateway.registry.state.update { $0.reportFailure = KezError(.unavailable) }
            gateway.clock.advance(by: .seconds(60))
            try await Task.sleep(for: .milliseconds(50))
            gateway.registry.state.update { $0.reportFailure = nil }
            try await eventually("both are told") { gateway.registry.state.value.reports.count == 2 }
            let reports = gateway.registry.state.value.reports
            let eraser = try #require(Primary(bytes: gateway.deployment.keys.pair(.eraser).publicKey.publicKey))
            #expect(
                reports.contains {
                    $0.primary == bob.primary && $0.finding == .overBudget(.http, window: minute, factor: 1)
                })
            #expect(
                reports.contains {
                    $0.primary == eraser && $0.finding == .overBudget(.connections, window: minute, factor: 2)
                })
            #expect(Set(reports.map(\.source)).count == 1 && reports[0].source.hasPrefix("gateway-"))
            withExtendedLifetime(places) {}
        }
    }

    @Test func discoveryShowsWhatTheGatewayDoes() async throws {
        try await withGateway { gateway in
            _ = gateway.user("bob")
            #expect(try await gateway.post([UInt8]("{}".utf8), to: "bob").status == 201)
            let tunnel = try await gateway.login(.worker)
            let ops = try await gateway.deployment.connect(.ops)
            let answer = try await ops.request([], to: "$SRV.STATS.kez-gateway")
            let data = try #require(try JSONDocument(parsing: answer.payload, maximumDepth: 32).root["data"])
            #expect(data["tunnels"]?.integer == 1 && data["streams"]?.integer == 0 && data["messages"]?.integer == 1)
            #expect((data["requests"]?.integer ?? 0) >= 2 && data["throttled"]?.integer == 0)
            // CONNECT and PING.
            #expect(data["tunnel_lines"]?.integer == 2 && (data["tunnel_bytes"]?.integer ?? 0) > 100)
            #expect((data["connections"]?.integer ?? 0) >= 2)
            await ops.close()
            withExtendedLifetime(tunnel) {}
        }
    }
}
