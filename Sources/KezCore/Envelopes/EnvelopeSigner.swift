package import Sodium

/// Signs payloads: the one place that makes envelopes.
///
/// Source: protocol, section 2.
package struct EnvelopeSigner: Sendable {
    package let key: SigningKey
    /// The identity of the key.
    package let primary: Primary

    package init(_ key: SigningKey) {
        self.key = key
        self.primary = Primary(key)
    }

    /// The envelope of a payload of version 1, whose further members `body` writes.
    ///
    /// - Throws: `KezError` with `bad_envelope` when `body` writes what a signed payload may not hold
    ///   (one name twice, a number beyond ±(2^53−1)), or the tag has no payload type.
    package func sign(
        _ tag: EnvelopeTag, payload body: (inout JSONWriter) -> Void
    ) throws(KezError) -> [UInt8] {
        guard let type = tag.payloadType else {
            throw KezError(.badEnvelope, "There is no payload of tag `\(tag)`.")
        }
        let payload = JSONWriter.object { writer in
            writer.member("type", type)
            writer.member("version", SignedEnvelope.version)
            body(&writer)
        }
        return try self.sign(tag, payload: payload)
    }

    /// The envelope of a payload that is complete, which stands in it byte for byte.
    ///
    /// - Throws: `KezError` with `bad_envelope` when the payload is no JSON that can be signed.
    package func sign(_ tag: EnvelopeTag, payload: [UInt8]) throws(KezError) -> [UInt8] {
        let canonical: [UInt8]
        do {
            canonical = try JCS.canonical(
                JSONDocument(parsing: payload, maximumDepth: Limits.envelopeDepth - 1).root)
        } catch {
            throw KezError(.badEnvelope, "The payload cannot be signed: \(error).")
        }
        let signature = self.key.sign(canonical)
        return JSONWriter.object { writer in
            writer.member("kez", tag.rawValue)
            writer.member("payload", raw: payload)
            writer.member("signature") { writer in
                writer.member("alg", SignedEnvelope.algorithm)
                writer.member("key", self.primary)
                writer.member("sig", Hex.encode(signature))
            }
        }
    }
}
