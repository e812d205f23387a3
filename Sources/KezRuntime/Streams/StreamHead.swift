package import KezCore
package import NATS

/// Where a stream begins and ends at one moment, read from its leader.
package struct StreamHead: Equatable, Sendable {
    /// First sequence the stream still holds; `last + 1` when it holds nothing.
    package let first: UInt64
    /// Sequence of the last message ever stored; 0 when there was none.
    package let last: UInt64
    /// Changes when the log was recreated, or restored by an operator who says so: 16 hex digits.
    package let epoch: String
    /// How many messages between `first` and `last` were deleted one by one: erased, never aged.
    package let holes: UInt64

    package init(first: UInt64, last: UInt64, epoch: String, holes: UInt64 = 0) {
        self.first = first
        self.last = last
        self.epoch = epoch
        self.holes = holes
    }

    package init(_ info: StreamInfo) {
        self.last = info.state.lastSeq
        self.first = info.state.messages == 0 ? info.state.lastSeq + 1 : max(1, info.state.firstSeq)
        let span = self.last + 1 - min(self.first, self.last + 1)
        self.holes = span - min(span, info.state.messages)
        let mark = "\(info.config.name)\n\(info.created)\n\(info.config.metadata?[ExpectedStreams.epochKey] ?? "")"
        self.epoch = String(Digest.sha256Hex(mark).prefix(16))
    }

    /// Asks the leader: a replica's word may be old.
    package static func read(_ stream: String, _ jetStream: JetStream) async throws(KezError) -> StreamHead {
        do {
            return StreamHead(try await jetStream.streamInfo(stream))
        } catch {
            throw KezError(broker: error)
        }
    }
}
