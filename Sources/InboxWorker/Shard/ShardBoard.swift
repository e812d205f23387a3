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
    }

    private let health: HealthBoard
    private let state: Mutex<State>

    init(_ shards: [Shard], health: HealthBoard) {
        self.health = health
        self.state = Mutex(State(shards: Dictionary(shards.map { ($0, ShardStatus()) }) { first, _ in first }))
        self.update { _ in }
    }

    func update(_ shard: Shard, _ change: (inout ShardStatus) -> Void) {
        self.update { state in change(&state.shards[shard, default: ShardStatus()]) }
    }

    func report(isConnected: Bool) {
        self.update { $0.isConnected = isConnected }
    }

    private func update(_ change: (inout State) -> Void) {
        // Reported inside the lock, so that the board never shows an older state than this one.
        self.state.withLock { state in
            change(&state)
            self.health.report(Self.part, failure: ShardStatus.sentence(state.shards, isConnected: state.isConnected))
        }
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
