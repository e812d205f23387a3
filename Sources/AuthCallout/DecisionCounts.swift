import KezCore
import Metrics
import Synchronization

/// What became of the requests so far: for `$SRV.STATS` and for metrics.
final class DecisionCounts: Sendable {
    private struct State {
        var allowed = 0
        var suspended = 0
        var refused: [Refusal: Int] = [:]
        var dropped: [Drop: Int] = [:]
    }

    private let state = Mutex(State())
    private let allowedTotal = Counter(
        label: DecisionCounts.label, dimensions: [("outcome", "allowed"), ("reason", "")])
    private let refusedTotal = Dictionary(
        uniqueKeysWithValues: Refusal.allCases.map { reason in
            (
                reason,
                Counter(label: DecisionCounts.label, dimensions: [("outcome", "refused"), ("reason", reason.rawValue)])
            )
        })
    private let droppedTotal = Dictionary(
        uniqueKeysWithValues: Drop.allCases.map { reason in
            (
                reason,
                Counter(label: DecisionCounts.label, dimensions: [("outcome", "dropped"), ("reason", reason.rawValue)])
            )
        })
    private let cacheEntries = Gauge(label: "kez_auth_callout_cache_entries")
    private let seconds = Timer(label: "kez_auth_callout_decision_seconds")

    private static let label = "kez_auth_callout_decisions_total"

    func allowed(isSuspended: Bool) {
        self.state.withLock { state in
            state.allowed += 1
            if isSuspended { state.suspended += 1 }
        }
        self.allowedTotal.increment()
    }

    func refused(_ reason: Refusal) {
        self.state.withLock { $0.refused[reason, default: 0] += 1 }
        self.refusedTotal[reason]?.increment()
    }

    func dropped(_ reason: Drop) {
        self.state.withLock { $0.dropped[reason, default: 0] += 1 }
        self.droppedTotal[reason]?.increment()
    }

    func took(_ duration: Duration, cached: Int) {
        self.seconds.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        self.cacheEntries.record(cached)
    }

    /// `data` of `$SRV.STATS`.
    func json(admissions: Admissions, closer: ConnectionCloser) -> [UInt8] {
        let state = self.state.withLock { $0 }
        let counts = admissions.counts
        return JSONWriter.object { writer in
            writer.member("allowed", state.allowed)
            writer.member("suspended", state.suspended)
            writer.member("refused", state.refused.values.reduce(0, +))
            writer.member("dropped", state.dropped.values.reduce(0, +))
            writer.member("reasons") { writer in
                for (reason, count) in state.refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    writer.member(reason.rawValue, count)
                }
                for (reason, count) in state.dropped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    writer.member(reason.rawValue, count)
                }
            }
            writer.member("cache") { writer in
                writer.member("entries", admissions.cached)
                writer.member("hits", counts.hits)
                writer.member("misses", counts.misses)
            }
            writer.member("kicks") { closer.writeStats(to: &$0) }
        }
    }
}
