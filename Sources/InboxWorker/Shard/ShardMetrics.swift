import KezCore
import Metrics

/// What a shard counts.
struct ShardMetrics: Sendable {
    private let listed: Counter
    private let repeats: Counter
    private let deletions: Counter
    private let noise: Counter
    private let rebuilds: Counter
    private let lag: Gauge

    init(_ shard: Shard) {
        func counter(_ kind: String) -> Counter {
            Counter(
                label: "kez_inbox_worker_log_messages_total", dimensions: [("shard", shard.digit), ("kind", kind)])
        }
        self.listed = counter("listed")
        self.repeats = counter("repeat")
        self.deletions = counter("delete")
        self.noise = counter("noise")
        self.rebuilds = Counter(label: "kez_inbox_worker_rebuilds_total", dimensions: [("shard", shard.digit)])
        self.lag = Gauge(label: "kez_inbox_worker_lag", dimensions: [("shard", shard.digit)])
    }

    func applied(_ outcome: ApplyOutcome) {
        if outcome.listed > 0 { self.listed.increment(by: outcome.listed) }
        if outcome.repeats > 0 { self.repeats.increment(by: outcome.repeats) }
        if outcome.deletions > 0 { self.deletions.increment(by: outcome.deletions) }
        if outcome.noise > 0 { self.noise.increment(by: outcome.noise) }
    }

    func rebuilding() { self.rebuilds.increment() }
    func behind(_ messages: UInt64) { self.lag.record(messages) }
}
