import KezCore
import Synchronization

/// How much each key may search, on this replica.
///
/// Bounded: full budgets are forgotten first, then the one that was used longest ago.
final class SearchBudgets: Sendable {
    private struct Entry {
        var bucket: TokenBucket
        var usedAt: Duration
    }

    private let limit: TokenBucketLimit
    private let capacity: Int
    private let origin = ContinuousClock.now
    private let entries = Mutex<[Primary: Entry]>([:])

    init(_ limit: TokenBucketLimit, capacity: Int = 10_000) {
        self.limit = limit
        self.capacity = capacity
    }

    /// Takes one search of `caller`'s.
    ///
    /// - Throws: `KezError` with `rate_limited` and the seconds to wait.
    func take(_ caller: Primary) throws(KezError) {
        let outcome = self.entries.withLock { entries in
            let now = self.origin.duration(to: .now)
            if entries[caller] == nil, entries.count >= self.capacity { Self.makeRoom(in: &entries, now) }
            var entry = entries[caller] ?? Entry(bucket: TokenBucket(self.limit, at: now), usedAt: now)
            entry.usedAt = now
            defer { entries[caller] = entry }
            return entry.bucket.take(at: now)
        }
        guard case .wait(let duration) = outcome else { return }
        throw KezError(.rateLimited, retryAfter: Int(duration.components.seconds) + 1)
    }

    /// Callers that something is known of.
    var count: Int { self.entries.withLock { $0.count } }

    private static func makeRoom(in entries: inout [Primary: Entry], _ now: Duration) {
        let count = entries.count
        entries = entries.filter { !$0.value.bucket.isFull(at: now) }
        guard entries.count == count, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt }) else {
            return
        }
        entries.removeValue(forKey: oldest.key)
    }
}
