import Sodium

/// A signed thing of version 1 in its outer form: `{kez, payload, signature}`, with the bytes as they were sent.
///
/// Holding one says that the shape is right, not that the signature is: see `verify()`.
///
/// Source: protocol, section 2.
package struct SignedEnvelope: Sendable {
    package static let algorithm = "ed25519-sha512-jcs"
    package static let version: Int64 = 1

    /// The text and its structure.
    package let document: JSONDocument
    package let tag: EnvelopeTag
    package let type: String
    package let version: Int64
    package let payload: JSONValue
    /// `signature.key`.
    package let key: Primary
    /// `signature.sig`, 64 bytes.
    package let signature: [UInt8]
    /// The signed bytes: JCS of the payload.
    package let canonicalPayload: [UInt8]

    /// The bytes as they were sent.
    package var bytes: [UInt8] { self.document.bytes }

    /// Reads `bytes` as an envelope of any tag.
    ///
    /// - Throws: `KezError` with `bad_json`, or `bad_envelope` for a member that is missing or ill-typed, an
    ///   unknown `alg`, and a number that a signed payload may not hold.
    package init(parsing bytes: [UInt8]) throws(KezError) {
        try self.init(JSONDocument(refusing: bytes, maximumDepth: Limits.envelopeDepth))
    }

    /// The same for a text that was read already, with at most `Limits.envelopeDepth` levels.
    package init(_ document: JSONDocument) throws(KezError) {
        let members = try MemberReader(document.root, refusing: .badEnvelope)
        let payload = try members.members(of: "payload")
        let signature = try members.members(of: "signature")
        self.document = document
        self.tag = EnvelopeTag(rawValue: try members.string("kez"))
        self.type = try payload.string("type")
        self.version = try payload.integer("version")
        self.payload = payload.value
        guard try signature.string("alg") == Self.algorithm else {
            throw KezError(.badEnvelope, "The signature's `alg` must be `\(Self.algorithm)`.")
        }
        self.key = try signature.primary("key")
        self.signature = try signature.required("sig", "128 lowercase hexadecimal digits") { member in
            member.string.flatMap { Hex.decode($0) }.flatMap { $0.count == 64 ? $0 : nil }
        }
        do {
            self.canonicalPayload = try JCS.canonical(payload.value)
        } catch {
            throw KezError(.badEnvelope, "The payload has no canonical form: \(error).")
        }
    }

    /// Checks that the envelope is of the kind `tag`, in version 1.
    ///
    /// - Throws: `KezError` with `bad_envelope` for another tag, `bad_type` for another type or version.
    package func require(_ tag: EnvelopeTag) throws(KezError) {
        guard self.tag == tag else { throw KezError(.badEnvelope, "The envelope's tag must be `\(tag)`.") }
        guard self.type == tag.payloadType, self.version == Self.version else {
            throw KezError(.badType, "The payload must be of type `\(tag.payloadType ?? "")`, version \(Self.version).")
        }
    }

    /// Whether the signature is `key`'s over the payload.
    ///
    /// The key is checked first: under keys of small order some libraries accept anything.
    package var isSignatureValid: Bool {
        self.key.isUsable
            && Ed25519.isValid(signature: self.signature, of: self.canonicalPayload, by: self.key.bytes)
    }

    /// - Throws: `KezError` with `bad_signature` unless the signature is `key`'s over the payload.
    package func verify() throws(KezError) {
        guard self.isSignatureValid else { throw KezError(.badSignature) }
    }

    /// SHA-256 of JCS of the whole envelope, 64 hexadecimal digits: the head of a chain that ends here.
    ///
    /// - Throws: `KezError` with `bad_envelope` when a part outside the payload has no canonical form.
    package func digest() throws(KezError) -> String {
        do {
            return Digest.sha256Hex(try JCS.canonical(self.document.root))
        } catch {
            throw KezError(.badEnvelope, "The envelope has no canonical form: \(error).")
        }
    }

    /// SHA-256 of the signed bytes, 64 hexadecimal digits: knows an envelope again however it is laid out.
    ///
    /// The whole envelope would not do: a stranger can add members outside the payload.
    package var fingerprint: String { Digest.sha256Hex(self.canonicalPayload) }
}
