package import Sodium

/// Making links.
extension SigchainLink {
    /// The link that `signer` adds to `chain`, its body written by `body` after the kind.
    ///
    /// - Throws: `KezError` with `bad_envelope` when the body cannot be signed.
    package static func sign(
        _ kind: String, on chain: Sigchain, createdAt: Timestamp, by signer: EnvelopeSigner,
        body: (inout JSONWriter) -> Void = { _ in }
    ) throws(KezError) -> [UInt8] {
        try signer.sign(.sigchainLink) { writer in
            writer.member("primary", chain.primary)
            writer.member("seq", chain.length + 1)
            writer.member("prev", chain.head)
            writer.member("created_at", createdAt)
            writer.member("body") { writer in
                writer.member("kind", kind)
                body(&writer)
            }
        }
    }

    /// The link that adds the key `device` to `chain`, with its acceptance.
    ///
    /// - Throws: `KezError` with `bad_envelope` when the link cannot be signed.
    package static func signDeviceAdd(
        _ device: SigningKey, name: String, can capabilities: Set<DeviceCapability>, expiresAt: Timestamp? = nil,
        on chain: Sigchain, createdAt: Timestamp, by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        let key = Primary(device)
        let acceptance = device.sign(
            DeviceAcceptance.text(primary: chain.primary, device: key, seq: chain.length + 1, prev: chain.head))
        return try self.sign("device_add", on: chain, createdAt: createdAt, by: signer) { writer in
            writer.member("device", key)
            writer.member("name", name)
            writer.member("can", capabilities.map(\.rawValue).sorted())
            if let expiresAt { writer.member("expires_at", expiresAt) }
            writer.member("accept", Hex.encode(acceptance))
        }
    }

    /// The link that revokes `device` on `chain`.
    ///
    /// - Throws: `KezError` with `bad_envelope` when the link cannot be signed.
    package static func signDeviceRevoke(
        _ device: Primary, reason: String? = nil, on chain: Sigchain, createdAt: Timestamp, by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        try self.sign("device_revoke", on: chain, createdAt: createdAt, by: signer) { writer in
            writer.member("device", device)
            if let reason { writer.member("reason", reason) }
        }
    }
}
