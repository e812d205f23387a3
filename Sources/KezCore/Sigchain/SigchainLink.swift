/// One signed link of a chain, in its envelope.
///
/// Source: protocol, section 7.
package struct SigchainLink: Sendable {
    package let envelope: SignedEnvelope
    /// Whose chain it is.
    package let primary: Primary
    /// The place in the chain, from 1.
    package let seq: Int64
    /// The digest of the link before; nil for the first one.
    package let prev: String?
    package let createdAt: Timestamp
    package let kind: String
    /// The digest by which the next link names this one.
    package let digest: String

    /// Who signed: the primary or one of its devices.
    package var signer: Primary { self.envelope.key }
    /// The member `body`.
    package let body: JSONValue

    /// Reads a link without verifying its signature.
    ///
    /// - Throws: `KezError` with `too_large` (over 16 KiB), `bad_json`, `bad_envelope` or `bad_type`.
    package init(parsing bytes: [UInt8]) throws(KezError) {
        guard bytes.count <= Limits.linkBytes else {
            throw KezError(.tooLarge, "A link has at most \(Limits.linkBytes) bytes.")
        }
        let envelope = try SignedEnvelope(parsing: bytes)
        let payload = try MemberReader(envelope.payload, refusing: .badEnvelope)
        self.primary = try payload.primary("primary")
        self.seq = try payload.integer("seq")
        self.prev = try payload.required("prev", "null or 64 lowercase hexadecimal digits") { member in
            if member.isNull { return .some(nil) }
            return member.string.flatMap { Hex.isHex($0, count: 64) ? .some($0) : nil }
        }
        self.createdAt = try payload.timestamp("created_at")
        let body = try payload.members(of: "body")
        self.kind = try body.string("kind")
        self.body = body.value
        try envelope.require(.sigchainLink)
        self.digest = try envelope.digest()
        self.envelope = envelope
    }

    /// Reads a link and verifies that `signer` signed it; what the signer may do is the chain's to say.
    ///
    /// - Throws: the codes of `init(parsing:)` and `bad_signature`.
    package init(verifying bytes: [UInt8]) throws(KezError) {
        try self.init(parsing: bytes)
        try self.envelope.verify()
    }

    /// What the link says, read by its kind.
    ///
    /// - Throws: `KezError` with `bad_link` for a known kind of the wrong shape.
    package func content() throws(KezError) -> LinkBody { try LinkBody(kind: self.kind, body: self.body) }

    /// The keys that the link adds or revokes, as the registry's log names them.
    package var devices: [Primary] {
        switch try? self.content() {
        case .deviceAdd(let addition): [addition.device]
        case .deviceRevoke(let device): [device]
        default: []
        }
    }

    /// The bytes as they were sent.
    package var bytes: [UInt8] { self.envelope.bytes }
}
