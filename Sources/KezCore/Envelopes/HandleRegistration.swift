/// A key's signed wish to hold a handle, checked as far as that needs no state.
///
/// Source: protocol, section 5.
package struct HandleRegistration: Sendable {
    package let envelope: SignedEnvelope
    package let handle: Handle
    package let primary: Primary
    package let createdAt: Timestamp
    /// The member `invite`, unchecked (see `Invite`); nil without one, empty when it is no string.
    package let invite: String?

    /// Checks `bytes` in the order of section 5, up to `stale_timestamp`.
    ///
    /// `replayed`, `handle_taken` and `primary_taken` are the registry's to decide, in this order.
    ///
    /// - Throws: `KezError` with `too_large`, `bad_json`, `bad_envelope`, `bad_type`, `key_mismatch`,
    ///   `bad_signature`, `wrong_server`, `bad_handle`, `reserved_handle` or `stale_timestamp`.
    package init(checking bytes: [UInt8], at door: ClaimDoor) throws(KezError) {
        let claim = try HandleClaim(checking: bytes, tag: .handleRegistration, at: door)
        self.envelope = claim.envelope
        self.handle = claim.handle
        self.primary = claim.primary
        self.createdAt = claim.createdAt
        self.invite = claim.envelope.payload["invite"].flatMap { $0.isNull ? nil : $0.string ?? "" }
    }

    /// Knows this very envelope again, 64 hexadecimal digits.
    package var fingerprint: String { self.envelope.fingerprint }

    /// The envelope that claims `handle` for the signer.
    ///
    /// - Parameter invite: the text of an invite, for a server that asks for one.
    package static func sign(
        _ handle: Handle, server: ServerName, createdAt: Timestamp, invite: String? = nil, by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        try HandleClaim.sign(
            .handleRegistration, handle: handle, server: server, createdAt: createdAt, invite: invite, by: signer)
    }
}
