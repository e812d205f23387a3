import KezCore
import Metrics

/// What a shard counts and measures.
struct ShardMetrics: Sendable {
    private let listed: Counter
    private let repeats: Counter
    private let deletions: Counter
    private let noise: Counter
    private let rebuilds: Counter
    private let unregistered: Counter
    private let overBudget: Counter
    private let unwatched: Counter
    private let batch: Recorder
    private let duration: Timer
    private let position: Gauge
    private let last: Gauge
    private let lag: Gauge
    private let messages: Gauge
    private let inboxes: Gauge
    private let bytes: Gauge
    private let states: [ShardStatus.State: Gauge]

    init(_ shard: Shard) {
        let dimensions = [("shard", shard.digit)]
        func counter(_ what: String, _ more: [(String, String)] = []) -> Counter {
            Counter(label: "kez_inbox_worker_\(what)_total", dimensions: dimensions + more)
        }
        func gauge(_ what: String, _ more: [(String, String)] = []) -> Gauge {
            Gauge(label: "kez_inbox_worker_\(what)", dimensions: dimensions + more)
        }
        self.listed = counter("log_messages", [("kind", "listed")])
        self.repeats = counter("log_messages", [("kind", "repeat")])
        self.deletions = counter("log_messages", [("kind", "delete")])
        self.noise = counter("log_messages", [("kind", "noise")])
        self.rebuilds = counter("rebuilds")
        self.unregistered = counter("reports", [("kind", "unregistered_recipients")])
        self.overBudget = counter("reports", [("kind", "over_budget")])
        self.unwatched = counter("unwatched_messages")
        self.batch = Recorder(label: "kez_inbox_worker_apply_messages", dimensions: dimensions, aggregate: true)
        self.duration = Timer(label: "kez_inbox_worker_apply_duration", dimensions: dimensions)
        self.position = gauge("position")
        self.last = gauge("last")
        self.lag = gauge("lag")
        self.messages = gauge("messages")
        self.inboxes = gauge("inboxes")
        self.bytes = gauge("view_bytes")
        self.states = Dictionary(
            uniqueKeysWithValues: ShardStatus.State.allCases.map { ($0, gauge("state", [("state", $0.rawValue)])) })
    }

    func applied(_ outcome: ApplyOutcome, messages: Int, within duration: Duration) {
        if outcome.listed > 0 { self.listed.increment(by: outcome.listed) }
        if outcome.repeats > 0 { self.repeats.increment(by: outcome.repeats) }
        if outcome.deletions > 0 { self.deletions.increment(by: outcome.deletions) }
        if outcome.noise > 0 { self.noise.increment(by: outcome.noise) }
        self.batch.record(messages)
        self.duration.record(duration: duration)
    }

    func rebuilding() { self.rebuilds.increment() }

    func reported(_ finding: AbuseReport.Finding) {
        switch finding {
        case .unregisteredRecipients: self.unregistered.increment()
        case .overBudget: self.overBudget.increment()
        }
    }

    /// Messages whose recipients nobody will be asked about: too many were waiting.
    func passedOver(_ messages: Int) { self.unwatched.increment(by: messages) }

    func measured(viewBytes: Int) { self.bytes.record(viewBytes) }

    func show(_ status: ShardStatus) {
        self.position.record(status.position)
        self.last.record(status.last)
        self.lag.record(status.lag)
        self.messages.record(status.holdings.messages)
        self.inboxes.record(status.holdings.inboxes)
        for (state, gauge) in self.states { gauge.record(status.state == state ? 1 : 0) }
    }
}
