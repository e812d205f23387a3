package import KezCore

/// How far one shard is.
package struct ShardStatus: Equatable, Sendable {
    package var isServing = false
    /// What keeps it from going on: the end of a sentence for people.
    package var failure: String?
    package var position: UInt64 = 0
    /// The log's last sequence, as far as it is known.
    package var last: UInt64 = 0
    package var messages = 0

    package init() {}

    package var lag: UInt64 { self.last.lag(behind: self.position) }

    mutating func applied(_ outcome: ApplyOutcome) {
        self.position = outcome.position
        self.last = max(self.last, outcome.position)
        self.messages = outcome.messages
    }

    /// What health says; nil when every shard answers.
    package static func sentence(_ shards: [Shard: ShardStatus], isConnected: Bool) -> String? {
        guard isConnected else { return "The broker cannot be reached." }
        let waiting = shards.filter { !$0.value.isServing || $0.value.failure != nil }.sorted { $0.key < $1.key }
        guard let (shard, status) = waiting.first(where: { $0.value.failure != nil }) ?? waiting.first else {
            return nil
        }
        let others = waiting.count > 1 ? " Shards that wait: \(waiting.count)." : ""
        if let failure = status.failure { return "Shard \(shard): \(failure).\(others)" }
        return "Shard \(shard) is catching up with its log, \(status.lag) messages behind.\(others)"
    }
}
