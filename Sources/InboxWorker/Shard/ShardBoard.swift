import KezCore
import KezRuntime
private import Synchronization

/// How far each shard of this process is: told by the shards, shown to operators by health, `$SRV.STATS` and
/// metrics.
final class ShardBoard: Sendable {
    static let part = "inbox-worker"

    private struct State {
        var isConnected = true
        var shards: [Shard: ShardStatus]
        var reports = 0
        /// Why the settings cannot be read.
        var settingsFailure: String?

        var sentence: String? {
            let sentence = ShardStatus.sentence(self.shards, isConnected: self.isConnected)
            // Every shard waits for the settings then.
            guard self.isConnected, let settingsFailure, !self.shards.contains(where: { $0.value.failure != nil })
            else { return sentence }
            return "No shard can answer: \(settingsFailure)."
        }
    }

    private let health: HealthBoard
    private let state: Mutex<State>
    private let metrics: [Shard: ShardMetrics]

    init(_ shards: [Shard], health: HealthBoard) {
        self.health = health
        self.metrics = Dictionary(shards.map { ($0, ShardMetrics($0)) }) { first, _ in first }
        self.state = Mutex(State(shards: Dictionary(shards.map { ($0, ShardStatus()) }) { first, _ in first }))
        self.update { _ in }
    }

    func update(_ shard: Shard, _ change: (inout ShardStatus) -> Void) {
        self.update { state in
            change(&state.shards[shard, default: ShardStatus()])
            if let status = state.shards[shard] { self.metrics[shard]?.show(status) }
        }
    }

    func metrics(of shard: Shard) -> ShardMetrics { self.metrics[shard] ?? ShardMetrics(shard) }

    /// The registry took a report about a sender.
    func reported() { self.state.withLock { $0.reports += 1 } }

    func report(isConnected: Bool) {
        self.update { $0.isConnected = isConnected }
    }

    /// - Parameter failure: the end of a sentence for people; nil when the settings are read.
    func report(settingsFailure failure: String?) {
        self.update { $0.settingsFailure = failure }
    }

    private func update(_ change: (inout State) -> Void) {
        // Reported inside the lock, so that the board never shows an older state than this one.
        self.state.withLock { state in
            change(&state)
            self.health.report(Self.part, failure: state.sentence)
        }
    }

    /// `data` of `$SRV.STATS`: what is in memory, so asking costs nothing.
    var json: [UInt8] {
        let (shards, reports) = self.state.withLock { ($0.shards.sorted { $0.key < $1.key }, $0.reports) }
        return JSONWriter.object { writer in
            writer.name("shards")
            writer.array { writer in
                for (shard, status) in shards {
                    writer.object { writer in
                        writer.member("shard", shard.digit)
                        status.writeMembers(to: &writer)
                    }
                }
            }
            writer.member("reports", reports)
        }
    }
}
