package import KezCore

/// How far one shard is.
package struct ShardStatus: Equatable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Answers.
        case ready
        /// Follows its log, and is not at its end yet.
        case replaying
        /// For a broker, a stream, a disk: `failure` says what for.
        case waiting
    }

    /// Whether there is an open view that follows the log.
    package var isFollowing = false
    package var isServing = false
    /// What keeps it from going on: the end of a sentence for people.
    package var failure: String?
    package var position: UInt64 = 0
    /// The log's last sequence, as far as it is known.
    package var last: UInt64 = 0
    package var holdings = InboxHoldings()

    package init() {}

    package var lag: UInt64 { self.last.lag(behind: self.position) }

    package var state: State {
        if self.failure != nil || !self.isFollowing { return .waiting }
        return self.isServing ? .ready : .replaying
    }

    mutating func reached(_ position: UInt64, last: UInt64 = 0, _ holdings: InboxHoldings) {
        self.position = position
        self.last = max(self.last, last, position)
        self.holdings = holdings
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

extension ShardStatus {
    /// Into the object that begins with the shard's name.
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("state", self.state.rawValue)
        writer.member("position", self.position)
        writer.member("last", self.last)
        writer.member("lag", self.lag)
        writer.member("inboxes", self.holdings.inboxes)
        writer.member("messages", self.holdings.messages)
        if let failure { writer.member("failure", failure) }
    }
}
