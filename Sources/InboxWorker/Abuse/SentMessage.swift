package import KezCore
package import NATS

/// What the log says about a message's sender, whatever the message is: noise is sent by somebody too.
package struct SentMessage: Equatable, Sendable {
    /// In the shard's log.
    package let sequence: UInt64
    /// When the broker stored it; nanoseconds since 1970.
    package let time: Int64
    package let from: Primary
    /// nil when the subject names no key of the shard.
    package let to: Primary?
    package let bytes: Int

    package init(sequence: UInt64, time: Int64, from: Primary, to: Primary?, bytes: Int) {
        self.sequence = sequence
        self.time = time
        self.from = from
        self.to = to
        self.bytes = bytes
    }

    /// - Parameter oldest: nanoseconds since 1970; what was stored before it is of no interest any more, so a
    ///   replay of a long log costs nothing here and accuses nobody.
    /// - Returns: nil for what is older, for anonymous messages and for everything that is no message.
    package init?(_ message: StreamMessage, since oldest: Int64) {
        guard message.time >= oldest, let origin = SendOrigin(message.subject) else { return nil }
        self.init(
            sequence: message.sequence, time: message.time, from: origin.from, to: origin.to,
            bytes: message.payload.count)
    }
}
