import KezCore

/// What may pass the tunnel of one key or one address; pure.
///
/// Beside the budgets of the protocol stands a pace: a burst is granted, but not all at one moment, for a
/// neighbour in the same shard would wait until the disk has taken it.
struct FlowBudget: Sendable {
    /// What may pass now, or how long to wait until a useful part may.
    struct Allowance: Equatable, Sendable {
        var lines: Int
        var bytes: Int
        var wait: Duration
        /// It waits for the sustained budgets, not for the pace or the day's.
        var isOverBudget: Bool

        /// What both grant.
        func and(_ other: Allowance) -> Allowance {
            Allowance(
                lines: min(self.lines, other.lines), bytes: min(self.bytes, other.bytes),
                wait: max(self.wait, other.wait), isOverBudget: self.isOverBudget)
        }
    }

    struct Rates: Sendable {
        let lines: TokenBucketLimit
        let bytes: TokenBucketLimit
        let linePace: TokenBucketLimit
        let bytePace: TokenBucketLimit
        /// A day's bytes at once, refilled over a day. Once they are used the tunnel runs on at that refill, 1 KiB/s
        /// at the least: slowly enough to cost nothing, and text still passes.
        let day: TokenBucketLimit

        /// - Parameter factor: 1 for a key; an address may be a school.
        init(_ limits: Limits, factor: Double = 1) {
            func scaled(_ limit: TokenBucketLimit) -> TokenBucketLimit {
                limit.isOff
                    ? .off : TokenBucketLimit(burst: limit.burst * factor, perSecond: limit.perSecond * factor)
            }
            /// - Parameter least: what may pass at one moment however slow the budget.
            func pace(_ limit: TokenBucketLimit, _ times: Double, part: Double, least: Double) -> TokenBucketLimit {
                limit.isOff
                    ? .off
                    : TokenBucketLimit(
                        burst: min(limit.burst, max(least, limit.perSecond * part)), perSecond: limit.perSecond * times)
            }
            self.lines = scaled(limits.tunnelLines)
            self.bytes = scaled(limits.tunnelBytes)
            // A log writes each message to its disk by itself: so many lines are so many waits of a neighbour.
            self.linePace = pace(self.lines, 2, part: 0.05, least: 5 * factor)
            self.bytePace = pace(self.bytes, 5, part: 0.25, least: 65_536 * factor)
            self.day =
                limits.tunnelDayBytes.map {
                    TokenBucketLimit(
                        burst: Double($0) * factor, perSecond: max(1024, Double($0) / 86_400) * factor)
                } ?? .off
        }
    }

    /// Waits are for so many seconds' budget at once: small parts, between which a neighbour has its turn.
    private static let quantum = 0.025

    private var lines: TokenBucket
    private var bytes: TokenBucket
    private var linePace: TokenBucket
    private var bytePace: TokenBucket
    private var day: TokenBucket

    init(_ rates: Rates, at now: Duration) {
        self.lines = TokenBucket(rates.lines, at: now)
        self.bytes = TokenBucket(rates.bytes, at: now)
        self.linePace = TokenBucket(rates.linePace, at: now)
        self.bytePace = TokenBucket(rates.bytePace, at: now)
        self.day = TokenBucket(rates.day, at: now)
    }

    mutating func allowance(at now: Duration) -> Allowance {
        let lines = self.lines.available(at: now)
        let bytes = self.bytes.available(at: now)
        let sustained = max(Self.wait(self.lines, lines), Self.wait(self.bytes, bytes))
        let (linePace, bytePace) = (self.linePace.available(at: now), self.bytePace.available(at: now))
        let day = self.day.available(at: now)
        let other = max(
            Self.wait(self.linePace, linePace), Self.wait(self.bytePace, bytePace), Self.wait(self.day, day))
        return Allowance(
            lines: Self.whole(min(lines, linePace)), bytes: Self.whole(min(bytes, bytePace, day)),
            wait: max(sustained, other), isOverBudget: sustained > .zero)
    }

    mutating func charge(lines: Int, bytes: Int, at now: Duration) {
        _ = self.lines.charge(Double(lines), at: now)
        _ = self.linePace.charge(Double(lines), at: now)
        _ = self.bytes.charge(Double(bytes), at: now)
        _ = self.bytePace.charge(Double(bytes), at: now)
        _ = self.day.charge(Double(bytes), at: now)
    }

    /// Zero while one token is there; else the time until a useful part is.
    private static func wait(_ bucket: TokenBucket, _ available: Double) -> Duration {
        guard available < 1 else { return .zero }
        let wanted = min(bucket.limit.burst, max(1, bucket.limit.perSecond * self.quantum))
        return .seconds((wanted - available) / bucket.limit.perSecond)
    }

    private static func whole(_ tokens: Double) -> Int { tokens >= 1e15 ? .max : max(0, Int(tokens)) }
}
