package import KezCore
package import NATS

/// What one message of a shard's log means to the inboxes.
package enum LogRecord: Equatable, Sendable {
    /// In the inbox of `to`, unless it repeats an earlier one; `id` is that of an attributed envelope.
    case message(to: Primary, from: Primary?, id: MessageID?, envelope: [UInt8])
    case deletion(owner: Primary, InboxDeleteRequest)
    /// Not ours, of another shard, or not what its subject says: read over.
    case noise

    /// Judges what was stored under a subject.
    ///
    /// Source: protocol, section 6 ("Acknowledged means listed").
    package init(subject: String, payload: [UInt8]) {
        switch LogSubject(subject) {
        case .send(let to, let from):
            switch InboxEntry(to: to, from: from, bytes: payload) {
            case .listed(let id): self = .message(to: to, from: from, id: id, envelope: payload)
            case .skipped: self = .noise
            }
        case .control(let owner):
            if let deletion = ControlMessage(payload)?.deletion {
                self = .deletion(owner: owner, deletion)
            } else {
                self = .noise
            }
        case nil: self = .noise
        }
    }
}

/// A record at its place in the log.
package struct LogEntry: Sendable {
    package let sequence: UInt64
    /// When the broker stored it; nanoseconds since 1970.
    package let time: Int64
    package let record: LogRecord

    package init(sequence: UInt64, time: Int64, record: LogRecord) {
        self.sequence = sequence
        self.time = time
        self.record = record
    }

    package init(_ message: StreamMessage) {
        self.init(
            sequence: message.sequence, time: message.time,
            record: LogRecord(subject: message.subject, payload: message.payload))
    }
}
