/// Whether a message of the log is in its recipient's inbox.
///
/// Source: protocol, section 6 ("Acknowledged means listed").
package enum InboxEntry: Equatable, Sendable {
    /// In the inbox; `id` is that of an attributed envelope, by which repeats are known.
    case listed(id: MessageID?)
    /// Noise: it does not parse, or is a message of somebody else or for somebody else.
    case skipped

    /// Decides over the message that was stored under a subject.
    ///
    /// - Parameters:
    ///   - to: the recipient of the subject.
    ///   - from: the sender of the subject, nil for `anon`.
    ///   - bytes: the message as stored.
    package init(to: Primary, from: Primary?, bytes: [UInt8]) {
        switch OpaqueEnvelope.classify(bytes) {
        case .anonymous: self = .listed(id: nil)
        case .malformed: self = .skipped
        case .attributed(let attribution, _):
            self = attribution.to == to && attribution.from == from ? .listed(id: attribution.id) : .skipped
        }
    }
}

/// The name under which the log knows a message again within `Limits.duplicateWindow`.
package enum LogMessageID {
    /// `Nats-Msg-Id` of `envelope` on `subject`: SHA-256 of the subject, a line feed and the bytes, in hexadecimal.
    ///
    /// Source: protocol, section 6.
    package static func of(subject: String, envelope: [UInt8]) -> String {
        Digest.sha256Hex(Array(subject.utf8) + [0x0a] + envelope)
    }
}
