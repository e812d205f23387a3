import KezCore
import KezRuntime
private import Metrics
private import Synchronization

/// How far each shard of this process is: told by the shards, shown to operators by health, `$SRV.STATS` and
/// metrics.
final class ShardBoard: Sendable {
    static let part = "inbox-worker"

    struct Status: Equatable, Sendable {
        var isServing = false
        /// What keeps it from going on, for people.
        var failure: String?
        var position: UInt64 = 0
        var last: UInt64 = 0
        var messages = 0

        var lag: UInt64 { self.last.lag(behind: self.position) }
    }

    private struct State {
        var isConnected = true
        var shards: [Shard: Status]
    }

    private let health: HealthBoard
    private let state: Mutex<State>

    init(_ shards: [Shard], health: HealthBoard) {
        self.health = health
        self.state = Mutex(State(shards: Dictionary(shards.map { ($0, Status()) }) { first, _ in first }))
        self.update { _ in }
    }

    func update(_ shard: Shard, _ change: (inout Status) -> Void) {
        self.update { state in change(&state.shards[shard, default: Status()]) }
    }

    func report(isConnected: Bool) {
        self.update { $0.isConnected = isConnected }
    }

    private func update(_ change: (inout State) -> Void) {
        // Reported inside the lock, so that the board never shows an older state than this one.
        self.state.withLock { state in
            change(&state)
            self.health.report(Self.part, failure: Self.sentence(state.shards, isConnected: state.isConnected))
        }
    }

    /// What health says; nil when every shard answers.
    static func sentence(_ shards: [Shard: Status], isConnected: Bool) -> String? {
        guard isConnected else { return "The broker cannot be reached." }
        let waiting = shards.filter { !$0.value.isServing || $0.value.failure != nil }.sorted { $0.key < $1.key }
        guard let (shard, status) = waiting.first(where: { $0.value.failure != nil }) ?? waiting.first else {
            return nil
        }
        let others = waiting.count > 1 ? " \(waiting.count - 1) other shards wait too." : ""
        if let failure = status.failure { return "Shard \(shard): \(failure).\(others)" }
        return "Shard \(shard) is catching up with its log, \(status.lag) messages behind.\(others)"
    }

    /// `data` of `$SRV.STATS`.
    var json: [UInt8] {
        let shards = self.state.withLock { $0.shards }.sorted { $0.key < $1.key }
        return JSONWriter.object { writer in
            writer.name("shards")
            writer.array { writer in
                for (shard, status) in shards {
                    writer.object { writer in
                        writer.member("shard", shard.digit)
                        writer.member("serving", status.isServing)
                        writer.member("position", status.position)
                        writer.member("last", status.last)
                        writer.member("lag", status.lag)
                        writer.member("messages", status.messages)
                    }
                }
            }
        }
    }
}

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
