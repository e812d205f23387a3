import KezCore
private import Synchronization

/// One budget of requests, of every address or every key that called lately; the others' are full.
///
/// Bounded: beyond the table's size, who has not called for longest starts anew.
final class RequestBudgets<Owner: Hashable & Sendable>: Sendable {
    private let name: String
    private let limit: TokenBucketLimit
    private let ticks: @Sendable () -> Duration
    private let table: Mutex<GenerationalTable<Owner, TokenBucket>>

    /// - Parameter name: what metrics call it.
    init(_ name: String, _ limit: TokenBucketLimit, capacity: Int, ticks: @escaping @Sendable () -> Duration) {
        self.name = name
        self.limit = limit
        self.ticks = ticks
        self.table = Mutex(.init(capacity: capacity))
    }

    /// Takes one.
    ///
    /// - Throws: `KezError` with `rate_limited` and the seconds to wait.
    func take(for owner: Owner) throws(KezError) {
        guard !self.limit.isOff else { return }
        let now = self.ticks()
        let outcome = self.table.withLock { table in
            var bucket = table[owner] ?? TokenBucket(self.limit, at: now)
            defer { table[owner] = bucket }
            return bucket.take(at: now)
        }
        guard case .wait(let time) = outcome else { return }
        GatewayMetrics.throttled(self.name)
        let (seconds, fraction) = time.components
        throw KezError(.rateLimited, retryAfter: max(1, Int(clamping: seconds) + (fraction > 0 ? 1 : 0)))
    }
}
