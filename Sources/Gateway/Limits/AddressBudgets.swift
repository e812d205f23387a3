import KezCore
private import Synchronization

/// The budgets of every address that called lately; the others' are full.
///
/// Bounded: beyond the table's size, who has not called for longest starts anew.
final class AddressBudgets: Sendable {
    enum Kind: Sendable {
        case http, anonymous, registrations
    }

    private struct State {
        var http: GenerationalTable<IPAddress?, TokenBucket>
        var anonymous: GenerationalTable<IPAddress?, TokenBucket>
        var registrations: GenerationalTable<IPAddress?, TokenBucket>
    }

    private let limits: Limits
    private let ticks: @Sendable () -> Duration
    private let state: Mutex<State>

    init(limits: Limits, capacity: Int, ticks: @escaping @Sendable () -> Duration) {
        self.limits = limits
        self.ticks = ticks
        self.state = Mutex(
            State(
                http: .init(capacity: capacity), anonymous: .init(capacity: capacity),
                registrations: .init(capacity: capacity)))
    }

    /// Takes one from the budget of `address`; callers without one share theirs.
    ///
    /// - Throws: `KezError` with `rate_limited` and the seconds to wait.
    func take(_ kind: Kind, for address: IPAddress?) throws(KezError) {
        let (limit, table): (TokenBucketLimit, WritableKeyPath<State, GenerationalTable<IPAddress?, TokenBucket>>) =
            switch kind {
            case .http: (self.limits.http, \.http)
            case .anonymous: (self.limits.anonymous, \.anonymous)
            case .registrations: (self.limits.registrations, \.registrations)
            }
        guard !limit.isOff else { return }
        let (key, now) = (address?.budgetKey, self.ticks())
        let outcome = self.state.withLock { state in
            var bucket = state[keyPath: table][key] ?? TokenBucket(limit, at: now)
            defer { state[keyPath: table][key] = bucket }
            return bucket.take(at: now)
        }
        guard case .wait(let time) = outcome else { return }
        let (seconds, fraction) = time.components
        throw KezError(.rateLimited, retryAfter: max(1, Int(clamping: seconds) + (fraction > 0 ? 1 : 0)))
    }
}
