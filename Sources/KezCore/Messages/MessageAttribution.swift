import Sodium

/// Who says to have sent a message to whom: all that a server reads of one.
///
/// Source: protocol, section 6 ("Attributed").
package struct MessageAttribution: Hashable, Sendable {
    package let id: MessageID
    package let from: Primary
    package let to: Primary
    /// 1 or more; a number beyond 2^63−1 counts as that.
    package let version: Int64

    /// Reads the attribution of an object with the tag `message`; nothing else of it is looked at, so newer
    /// versions are attributed too.
    ///
    /// - Returns: nil unless type, version, `id`, `from`, `to` are well formed and `signature.key` is `from`.
    package init?(_ envelope: JSONValue) {
        guard envelope["kez"]?.string == EnvelopeTag.message.rawValue,
            let payload = envelope["payload"],
            payload["type"]?.string == EnvelopeTag.message.payloadType,
            let version = payload["version"]?.versionNumber, version >= 1,
            let id = payload["id"]?.string.flatMap({ MessageID($0) }),
            let from = payload["from"]?.string.flatMap({ Primary(text: $0) }),
            let to = payload["to"]?.string.flatMap({ Primary(text: $0) }),
            envelope["signature"]?["key"]?.string == from.text
        else { return nil }
        self.id = id
        self.from = from
        self.to = to
        self.version = version
    }

    /// Verifies the signature of the envelope this attribution was read from, whatever its version.
    ///
    /// - Throws: `KezError` with `bad_signature`, also for an `alg` that is not known and a payload without
    ///   a canonical form: they cannot be verified.
    package func verify(_ envelope: JSONValue) throws(KezError) {
        guard envelope["signature"]?["alg"]?.string == SignedEnvelope.algorithm,
            let signature = envelope["signature"]?["sig"]?.string.flatMap({ Hex.decode($0) }),
            let payload = envelope["payload"], let canonical = try? JCS.canonical(payload),
            self.from.isUsable, Ed25519.isValid(signature: signature, of: canonical, by: self.from.bytes)
        else { throw KezError(.badSignature) }
    }
}
