/// A key's signed wish to give up its handle, checked as far as that needs no state.
///
/// Source: protocol, section 5.
package struct HandleRelease: Sendable {
    package let envelope: SignedEnvelope
    package let handle: Handle
    package let primary: Primary
    package let createdAt: Timestamp

    /// Checks `bytes` like a registration; whether the key holds the handle is the registry's to decide.
    ///
    /// - Throws: `KezError` with the codes of `HandleRegistration`.
    package init(checking bytes: [UInt8], at door: ClaimDoor) throws(KezError) {
        let claim = try HandleClaim(checking: bytes, tag: .handleRelease, at: door)
        self.envelope = claim.envelope
        self.handle = claim.handle
        self.primary = claim.primary
        self.createdAt = claim.createdAt
    }

    /// Knows this very envelope again, 64 hexadecimal digits.
    package var fingerprint: String { self.envelope.fingerprint }

    /// The envelope that gives up `handle`.
    package static func sign(
        _ handle: Handle, server: ServerName, createdAt: Timestamp, by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        try HandleClaim.sign(.handleRelease, handle: handle, server: server, createdAt: createdAt, by: signer)
    }
}
