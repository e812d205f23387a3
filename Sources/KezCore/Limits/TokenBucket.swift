/// The state of one budget. Pure: the caller brings the time of a monotonic clock, counted from any origin.
package struct TokenBucket: Sendable {
    package enum Outcome: Equatable, Sendable {
        case taken
        /// Not taken; it would be after this long, if nobody else takes before.
        case wait(Duration)
    }

    package let limit: TokenBucketLimit
    private var tokens: Double
    private var updated: Duration

    /// A full bucket.
    package init(_ limit: TokenBucketLimit, at now: Duration) {
        self.limit = limit
        self.tokens = limit.burst
        self.updated = now
    }

    /// Takes `count` tokens, all or none. More than the burst at once is taken from a full bucket and owed.
    package mutating func take(_ count: Double = 1, at now: Duration) -> Outcome {
        guard !self.limit.isOff else { return .taken }
        self.refill(at: now)
        let needed = min(count, self.limit.burst)
        guard self.tokens >= needed else {
            return .wait(.seconds((needed - self.tokens) / self.limit.perSecond))
        }
        self.tokens -= count
        return .taken
    }

    /// Takes `count` tokens that were used already, into debt if need be, and tells how long to pause.
    package mutating func charge(_ count: Double, at now: Duration) -> Duration {
        guard !self.limit.isOff else { return .zero }
        self.refill(at: now)
        self.tokens -= count
        return self.tokens >= 0 ? .zero : .seconds(-self.tokens / self.limit.perSecond)
    }

    /// Tokens that are there now; less than zero while some are owed, infinite without a limit.
    package mutating func available(at now: Duration) -> Double {
        guard !self.limit.isOff else { return .infinity }
        self.refill(at: now)
        return self.tokens
    }

    /// Whether nothing is owed or missing, so that the state can be forgotten.
    package func isFull(at now: Duration) -> Bool {
        var copy = self
        copy.refill(at: now)
        return copy.tokens >= self.limit.burst
    }

    private mutating func refill(at now: Duration) {
        // A clock that seems to go back gives nothing and takes nothing.
        guard now > self.updated else { return }
        let (seconds, attoseconds) = (now - self.updated).components
        let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
        self.tokens = min(self.limit.burst, self.tokens + elapsed * self.limit.perSecond)
        self.updated = now
    }
}
