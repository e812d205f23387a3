import KezCore

/// Whether a registration may come in at all, as far as that needs no state: signatures are checked here, in
/// parallel, before the one writer.
///
/// Source: protocol, section 5 ("Invites").
enum RegistrationPass: Sendable {
    case free
    /// By a good invite, which the registration uses up if it is accepted.
    case invited(InviteID)
    /// With `registration_closed`, `invite_required` or `bad_invite`.
    case refused(KezError)

    init(_ claim: HandleRegistration, _ configuration: RegistryConfiguration, now: Timestamp) {
        self.init(
            claim.invite, for: claim.handle, configuration.registration, key: configuration.inviteKey,
            server: configuration.server, now: now)
    }

    /// - Parameter key: whose invites are taken; nil takes none.
    init(
        _ text: String?, for handle: Handle, _ mode: RegistrationMode, key: Primary?, server: ServerName,
        now: Timestamp
    ) {
        switch mode {
        case .open: self = .free
        case .closed: self = .refused(KezError(.registrationClosed))
        case .invite:
            guard let text else {
                self = .refused(KezError(.inviteRequired))
                return
            }
            do throws(KezError) {
                guard let key else { throw KezError(.badInvite, "This server has no key for invites.") }
                let invite = try Invite(text, signedBy: key)
                try invite.require(handle, on: server, at: now)
                self = .invited(invite.id)
            } catch {
                self = .refused(error)
            }
        }
    }

    var invite: InviteID? {
        guard case .invited(let invite) = self else { return nil }
        return invite
    }
}
