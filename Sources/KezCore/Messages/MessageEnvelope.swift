package import Sodium

/// A message of version 1 as clients make and read it.
///
/// Source: protocol, section 6.
package struct MessageEnvelope: Sendable {
    package let attribution: MessageAttribution
    /// 12 bytes.
    package let nonce: [UInt8]
    /// The plaintext's length and 16 bytes.
    package let ciphertext: [UInt8]
    /// The sender's time: a claim, which nobody checks.
    package let createdAt: Timestamp

    /// What everything but the ciphertext takes in an envelope, rounded up: 654 bytes are the most.
    private static let frameBytes = 704

    /// Reads the members that version 1 adds to the attribution.
    ///
    /// - Throws: `KezError` with `bad_envelope`, also for another version than 1.
    package init(_ envelope: SignedEnvelope) throws(KezError) {
        guard let attribution = MessageAttribution(envelope.document.root), attribution.version == 1 else {
            throw KezError(.badEnvelope)
        }
        let payload = try MemberReader(envelope.payload, refusing: .badEnvelope)
        self.attribution = attribution
        self.createdAt = try payload.timestamp("created_at")
        self.nonce = try payload.required("nonce", "12 bytes in base64") { member in
            member.string.flatMap { Base64.decode($0) }.flatMap { $0.count == 12 ? $0 : nil }
        }
        self.ciphertext = try payload.required("ciphertext", "base64") { member in
            member.string.flatMap { Base64.decode($0) }
        }
    }

    /// Opens the ciphertext with one of the message's two keys.
    ///
    /// - Parameter mine: the agreement key of `me`, which is the sender or the recipient.
    /// - Throws: `SealError`.
    package func open(with mine: AgreementKey, of me: Primary) throws(SealError) -> [UInt8] {
        let peer = me == self.attribution.from ? self.attribution.to : self.attribution.from
        return try MessageSealV1().open(self.ciphertext, nonce: self.nonce, mine: mine, theirs: peer)
    }

    /// Seals `plaintext` for `recipient` and signs the envelope.
    ///
    /// - Parameters:
    ///   - id: random, a new one for each message.
    ///   - nonce: 12 random bytes, never used twice.
    /// - Throws: `KezError` with `bad_request` when the recipient's key is unusable or the nonce too short.
    package static func seal(
        _ plaintext: [UInt8], to recipient: Primary, id: MessageID = .random(), createdAt: Timestamp,
        nonce: [UInt8] = randomBytes(12), by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        let ciphertext: [UInt8]
        do {
            ciphertext = try MessageSealV1().seal(
                plaintext, nonce: nonce, mine: signer.key.agreementKey, theirs: recipient)
        } catch {
            throw KezError(.badRequest, "The message cannot be sealed: \(error).")
        }
        return try signer.sign(.message) { writer in
            writer.member("id", id.hex)
            writer.member("from", signer.primary)
            writer.member("to", recipient)
            writer.member("nonce", Base64.encode(nonce))
            writer.member("ciphertext", Base64.encode(ciphertext))
            writer.member("created_at", createdAt.textWithMilliseconds)
        }
    }

    /// The longest plaintext whose envelope stays within `envelopeBytes`.
    package static func maximumPlaintext(envelopeBytes: Int) -> Int {
        max(0, (envelopeBytes - self.frameBytes) / 4 * 3 - MessageSealV1().overhead)
    }
}
