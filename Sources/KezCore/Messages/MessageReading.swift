package import Sodium

/// What a client makes of an envelope that came to it, or that it sent.
///
/// Source: protocol, section 6 ("A client opens only version 1").
package enum MessageReading: Sendable {
    package enum Unreadable: Equatable, Sendable {
        /// A newer sender's: an update may open it.
        case unsupported(EnvelopeReading.Unsupported)
        /// Damaged, or sealed for another key.
        case sealed(SealError)
        /// The members of version 1 are not there.
        case malformed
    }

    case opened(MessageEnvelope, plaintext: [UInt8])
    /// One placeholder with its cause, at its place; the bytes are kept.
    case placeholder(MessageAttribution, Unreadable)
    /// No sender is named: counted, not shown.
    case anonymous
    /// Noise: it is not what its subject says, or the signature does not verify. Not shown.
    case refused(KezError)

    /// Reads the envelope that was listed or delivered under the sender `subject`.
    ///
    /// - Parameters:
    ///   - sender: the sender of the subject, nil for an anonymous one.
    ///   - me: the recipient whose inbox it is.
    ///   - key: the agreement key of `me`.
    package init(_ bytes: [UInt8], from sender: Primary?, to me: Primary, key: AgreementKey) {
        switch OpaqueEnvelope.classify(bytes) {
        case .anonymous: self = .anonymous
        case .malformed(let reason): self = .refused(reason.error)
        case .attributed(let attribution, let document):
            guard attribution.to == me, attribution.from == sender else {
                self = .refused(KezError(.wrongRecipient))
                return
            }
            self = Self.read(attribution, document, as: me, key: key)
        }
    }

    private static func read(
        _ attribution: MessageAttribution, _ document: JSONDocument, as me: Primary, key: AgreementKey
    ) -> MessageReading {
        if let algorithm = document.root["signature"]?["alg"]?.string, algorithm != SignedEnvelope.algorithm {
            // Nothing to verify with; the broker has proved the sender by the subject.
            return .placeholder(attribution, .unsupported(.algorithm(algorithm)))
        }
        do {
            try attribution.verify(document.root)
        } catch {
            return .refused(error)
        }
        guard attribution.version == SignedEnvelope.version else {
            return .placeholder(attribution, .unsupported(.version(attribution.version)))
        }
        guard let envelope = try? SignedEnvelope(document), let message = try? MessageEnvelope(envelope) else {
            return .placeholder(attribution, .malformed)
        }
        do {
            return .opened(message, plaintext: try message.open(with: key, of: me))
        } catch {
            return .placeholder(attribution, .sealed(error))
        }
    }
}
