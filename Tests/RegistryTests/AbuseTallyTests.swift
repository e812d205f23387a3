import KezCore
import Testing

@testable import Registry

/// When reports are enough for a suspension, and for how long.
@Suite struct AbuseTallyTests {
    private let now = Timestamp(unixSeconds: 60 * 29_000_000)
    private let minute: Int64 = 29_000_000
    private let ann: Primary
    private let bob: Primary

    init() throws {
        let server = try #require(ServerName("kez.test"))
        (self.ann, self.bob) = (Person(server).primary, Person(server).primary)
    }

    private func unregistered(_ items: [UInt64], source: String = "a", of key: Primary? = nil) -> AbuseReport {
        AbuseReport(key ?? self.ann, source: source, .unregisteredRecipients(items))
    }

    private func demand(
        _ factor: Double, source: String = "g1", _ budget: AbuseReport.Budget = .tunnel, window: Int64? = nil
    ) -> AbuseReport {
        AbuseReport(self.ann, source: source, .overBudget(budget, window: window ?? self.minute, factor: factor))
    }

    private func isEnough(_ verdict: AbuseTally.Verdict) -> Bool { verdict != .bearable }

    @Test func aHundredSendsToNobodyAreEnough() {
        var tally = AbuseTally(unregistered: 100, factor: 10)
        #expect(tally.take(self.unregistered(Array(1...60)), at: self.now) == .bearable)
        // Told again, by whatever reporter of that shard: counted once.
        #expect(tally.take(self.unregistered(Array(1...60)), at: self.now) == .bearable)
        // The same sequences of another shard are other messages.
        #expect(tally.take(self.unregistered(Array(1...39), source: "b"), at: self.now) == .bearable)
        #expect(tally.take(self.unregistered([1], of: self.bob), at: self.now) == .bearable)
        guard case .suspend(let reason) = tally.take(self.unregistered([61]), at: self.now) else {
            Issue.record("not enough")
            return
        }
        #expect(reason.contains("100"))
        // Until it is told that the key was suspended, each report says so again.
        #expect(self.isEnough(tally.take(self.unregistered([62]), at: self.now)))
        tally.forget(self.ann)
        #expect(tally.take(self.unregistered([63]), at: self.now) == .bearable)
    }

    @Test func sendsToNobodyCountForAnHour() {
        var tally = AbuseTally(unregistered: 100, factor: 10)
        _ = tally.take(self.unregistered(Array(1...99)), at: self.now)
        // Being told again does not keep them.
        _ = tally.take(self.unregistered(Array(1...99)), at: self.now.advanced(by: .seconds(3000)))
        let hour = self.now.advanced(by: .seconds(3600))
        #expect(tally.take(self.unregistered([100]), at: hour) == .bearable)
        var other = AbuseTally(unregistered: 100, factor: 10)
        _ = other.take(self.unregistered(Array(1...99)), at: self.now)
        #expect(self.isEnough(other.take(self.unregistered([100]), at: self.now.advanced(by: .seconds(3599)))))
    }

    @Test func tenTimesABudgetForAMinuteAreEnough() {
        var tally = AbuseTally(unregistered: 100, factor: 10)
        #expect(tally.take(self.demand(4), at: self.now) == .bearable)
        // The largest of a reporter counts, the reporters add up.
        #expect(tally.take(self.demand(6), at: self.now) == .bearable)
        #expect(tally.take(self.demand(5), at: self.now) == .bearable)
        #expect(tally.take(self.demand(3.9, source: "g2"), at: self.now) == .bearable)
        // Other budgets and minutes are other sums.
        #expect(tally.take(self.demand(9.9, .http), at: self.now) == .bearable)
        #expect(tally.take(self.demand(9.9, window: self.minute - 1), at: self.now) == .bearable)
        guard case .suspend(let reason) = tally.take(self.demand(4, source: "g2"), at: self.now) else {
            Issue.record("not enough")
            return
        }
        #expect(reason.contains("10 times") && reason.contains("tunnel"))
        var one = AbuseTally(unregistered: nil, factor: 10)
        #expect(self.isEnough(one.take(self.demand(1e300), at: self.now)))
    }

    @Test(arguments: [-6, 2, -1_000_000, Int64.min, Int64.max] as [Int64])
    func demandOfOtherTimesIsNotHeard(offset: Int64) {
        var tally = AbuseTally(unregistered: 100, factor: 10)
        let (minute, _) = self.minute.addingReportingOverflow(offset)
        #expect(tally.take(self.demand(100, window: minute), at: self.now) == .bearable)
        #expect(tally.count == 0)
    }

    @Test func whatIsOffSuspendsNobody() {
        var tally = AbuseTally(unregistered: nil, factor: nil)
        #expect(tally.take(self.unregistered(Array(1...1000)), at: self.now) == .bearable)
        #expect(tally.take(self.demand(1000), at: self.now) == .bearable)
        #expect(tally.count == 0)
    }

    @Test func isBounded() throws {
        let server = try #require(ServerName("kez.test"))
        var tally = AbuseTally(unregistered: 3, factor: 10, capacity: 20)
        for index in 0..<100 {
            let time = self.now.advanced(by: .milliseconds(index))
            _ = tally.take(self.unregistered([1], of: Person(server).primary), at: time)
            #expect(tally.count <= 20)
        }
        // Those that count no more go before those that do.
        let later = self.now.advanced(by: .seconds(4000))
        _ = tally.take(self.unregistered([1, 2]), at: later)
        #expect(tally.count == 1 || tally.count <= 20)
        for _ in 0..<15 { _ = tally.take(self.unregistered([1], of: Person(server).primary), at: later) }
        #expect(self.isEnough(tally.take(self.unregistered([3]), at: later)))
        // Reporters beyond the bound are not heard.
        var crowded = AbuseTally(unregistered: nil, factor: 100)
        for index in 0..<1000 {
            #expect(crowded.take(self.demand(1, source: "g\(index)"), at: self.now) == .bearable)
        }
    }

    @Test func eachSuspensionIsLonger() throws {
        #expect([0, 1, 2, 9].map(AutomaticSuspension.length) == [3600, 86_400, 604_800, 604_800].map { .seconds($0) })
        let content = AutomaticSuspension.decide(self.ann, reason: "x", inForce: nil, earlier: 1, now: self.now)
        guard case .suspend(self.ann, "x", let until, .registry) = content else {
            Issue.record("another event")
            return
        }
        #expect(until == self.now.advanced(by: .seconds(86_400)))
        let inForce = SuspensionRecord(reason: "y", since: self.now, until: nil, isAutomatic: false)
        #expect(AutomaticSuspension.decide(self.ann, reason: "x", inForce: inForce, earlier: 0, now: self.now) == nil)
    }
}
