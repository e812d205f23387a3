/// What a registration and a release share: who, which handle, on which server, when.
///
/// Source: protocol, section 5.
struct HandleClaim: Sendable {
    let envelope: SignedEnvelope
    let handle: Handle
    let primary: Primary
    let createdAt: Timestamp

    /// The checks of section 5 that need no state, in their order, each with its own code.
    ///
    /// - Throws: `KezError` with `too_large`, `bad_json`, `bad_envelope`, `bad_type`, `key_mismatch`,
    ///   `bad_signature`, `wrong_server`, `bad_handle`, `reserved_handle` or `stale_timestamp`.
    init(checking bytes: [UInt8], tag: EnvelopeTag, at door: ClaimDoor) throws(KezError) {
        guard bytes.count <= door.maximumBytes else { throw KezError(.tooLarge) }
        let envelope = try SignedEnvelope(parsing: bytes)
        let payload = try MemberReader(envelope.payload, refusing: .badEnvelope)
        let handle = try payload.string("handle")
        let primary = try payload.primary("primary")
        let server = try payload.string("server")
        let createdAt = try payload.timestamp("created_at")
        try envelope.require(tag)

        guard envelope.key == primary else { throw KezError(.keyMismatch) }
        try envelope.verify()
        guard server == door.server.text else {
            throw KezError(.wrongServer, "The envelope is not meant for this server, \(door.server).")
        }
        guard let handle = Handle(handle) else { throw KezError(.badHandle) }
        guard !door.reserved.contains(handle) else { throw KezError(.reservedHandle) }
        guard createdAt.isWithin(Limits.timestampWindow, of: door.now) else {
            throw KezError(.staleTimestamp).with("server_time", door.now.textWithMilliseconds)
        }
        self.envelope = envelope
        self.handle = handle
        self.primary = primary
        self.createdAt = createdAt
    }

    static func sign(
        _ tag: EnvelopeTag, handle: Handle, server: ServerName, createdAt: Timestamp, invite: String? = nil,
        by signer: EnvelopeSigner
    ) throws(KezError) -> [UInt8] {
        try signer.sign(tag) { writer in
            writer.member("handle", handle.text)
            writer.member("primary", signer.primary)
            writer.member("server", server.text)
            writer.member("created_at", createdAt)
            if let invite { writer.member("invite", invite) }
        }
    }
}

/// What a server holds a registration or release against.
package struct ClaimDoor: Sendable {
    package let server: ServerName
    package let reserved: ReservedHandles
    /// The server's clock.
    package let now: Timestamp
    /// Larger bodies are refused unread.
    package let maximumBytes: Int

    package init(
        server: ServerName, reserved: ReservedHandles, now: Timestamp, maximumBytes: Int = Limits().signedBodyBytes
    ) {
        self.server = server
        self.reserved = reserved
        self.now = now
        self.maximumBytes = maximumBytes
    }
}
