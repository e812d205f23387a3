import NKeys

/// Leave to register one handle on a server that asks for it: a signed envelope, written as one word.
///
/// The server's invite key signs it (`signature.key`), anywhere and without the server; that it is used once
/// only is the registry's log to say.
///
/// Source: protocol, section 5 ("Invites").
package struct Invite: Equatable, Sendable {
    /// Characters of the text form, at the most.
    package static let maximumCharacters = 4096

    package let id: InviteID
    package let server: String
    /// nil: any handle.
    package let handle: Handle?
    /// nil: it does not expire.
    package let expiresAt: Timestamp?
    package let createdAt: Timestamp

    /// A new invite's content, with a random id.
    package init(server: ServerName, handle: Handle? = nil, expiresAt: Timestamp? = nil, createdAt: Timestamp) {
        self.id = .random()
        self.server = server.text
        self.handle = handle
        self.expiresAt = expiresAt?.inMilliseconds
        self.createdAt = createdAt.inMilliseconds
    }

    /// The text form: base64url without padding of the signed envelope's compact JSON.
    ///
    /// - Parameter signer: of the server's invite key.
    /// - Throws: `KezError` with `bad_envelope` when it cannot be signed.
    package func text(signedBy signer: EnvelopeSigner) throws(KezError) -> String {
        let envelope = try signer.sign(.invite) { writer in
            writer.member("id", self.id.hex)
            writer.member("server", self.server)
            if let expiresAt = self.expiresAt { writer.member("expires_at", expiresAt) }
            if let handle = self.handle { writer.member("handle", handle.text) }
            writer.member("created_at", self.createdAt)
        }
        return Base64URL.encode(envelope)
    }

    /// Reads a text as an invite that `key` signed.
    ///
    /// - Throws: `KezError` with `bad_invite` unless it is one, in version 1 and of that key.
    package init(_ text: some StringProtocol, signedBy key: Primary) throws(KezError) {
        guard text.utf8.count <= Self.maximumCharacters, let bytes = Base64URL.decode(text),
            Base64URL.encode(bytes) == text
        else { throw KezError(.badInvite, "This is not the text of an invite; copy it again, all of it.") }
        do throws(KezError) {
            let envelope = try SignedEnvelope(parsing: bytes)
            try envelope.require(.invite)
            guard envelope.key == key, envelope.isSignatureValid else {
                throw KezError(.badInvite, "The invite is not signed by this server.")
            }
            let payload = try MemberReader(envelope.payload)
            self.id = try payload.required("id", "32 hexadecimal digits") { $0.string.flatMap { InviteID($0) } }
            self.server = try payload.string("server")
            self.handle = try payload.optional("handle", "a handle") { $0.string.flatMap { Handle($0) } }
            self.expiresAt = try payload.optional("expires_at", "a time") { $0.string.flatMap { Timestamp($0) } }
            self.createdAt = try payload.timestamp("created_at")
        } catch {
            throw error.code == .badInvite ? error : KezError(.badInvite, "The invite is malformed. \(error.message)")
        }
    }

    /// Checks that it lets `handle` in on `server` now; whether it was used is the registry's to decide.
    ///
    /// - Throws: `KezError` with `bad_invite` for another server or handle, and from `expires_at` on.
    package func require(_ handle: Handle, on server: ServerName, at now: Timestamp) throws(KezError) {
        guard self.server == server.text else {
            throw KezError(.badInvite, "The invite is for another server, not \(server).")
        }
        guard self.handle == nil || self.handle == handle else {
            throw KezError(.badInvite, "The invite is for another handle.")
        }
        if let expiresAt = self.expiresAt, expiresAt <= now {
            throw KezError(.badInvite, "The invite expired at \(expiresAt.textWithMilliseconds); ask for another one.")
        }
    }
}
