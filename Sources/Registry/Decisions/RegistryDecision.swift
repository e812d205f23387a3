import KezCore

/// What the registry decides once the signed thing itself is in order: pure, out of facts of one state.
///
/// Source: protocol, sections 5 and 7.
enum RegistryDecision {
    /// Whether the key gets the handle: `replayed`, what `pass` refuses with, `invite_used`, `handle_taken`,
    /// `primary_taken`, `key_taken`, in this order.
    ///
    /// - Throws: `KezError`; `replayed` carries the user as long as the key still holds the handle.
    static func register(
        _ claim: HandleRegistration, _ facts: ClaimFacts, pass: RegistrationPass = .free, now: Timestamp
    ) throws(KezError) -> RegistryEvent.Content {
        if facts.wasAccepted {
            guard let user = facts.holder else { throw KezError(.replayed) }
            throw KezError(.replayed).with("user", user)
        }
        if case .refused(let error) = pass { throw error }
        guard !facts.isInviteUsed else { throw KezError(.inviteUsed) }
        guard self.isOpen(facts.record, for: claim.primary, now: now) else { throw KezError(.handleTaken) }
        guard !facts.holdsAnother else { throw KezError(.primaryTaken) }
        if case .device = facts.role {
            throw KezError(.keyTaken, "This key is or was a device of an identity; register another key.")
        }
        // Without the white space around it, as a reader of the log finds it.
        return .handle(
            claim.handle, claim.primary, envelope: claim.envelope.document.root.raw, invite: pass.invite)
    }

    /// Whether the handle is the key's to give up: `replayed`, then 404.
    static func release(_ claim: HandleRelease, _ facts: ClaimFacts) throws(KezError) -> RegistryEvent.Content {
        guard !facts.wasAccepted else { throw KezError(.replayed) }
        guard facts.holder != nil else { throw KezError(.notFound, "This key does not hold that handle.") }
        return .release(claim.handle, claim.primary, envelope: claim.envelope.document.root.raw)
    }

    /// Whether the link may stand at the end of the chain: 404, then the chain's own checks, `key_taken` last.
    static func append(
        _ link: SigchainLink, _ facts: ChainFacts, now: Timestamp
    ) throws(KezError) -> RegistryEvent.Content {
        guard facts.isRegistered else { throw KezError(.notFound, "The key of this chain has no handle here.") }
        _ = try facts.chain.appending(link, now: now) { facts.takenKeys.contains($0) }
        return .chain(link.primary, devices: link.devices, envelope: link.envelope.document.root.raw)
    }

    /// A released handle is its former holder's at once, everybody's after 90 days.
    private static func isOpen(_ record: HandleRecord?, for key: Primary, now: Timestamp) -> Bool {
        switch record {
        case nil: true
        case .held: false
        case .released(let former, let time): former == key || now >= time.advanced(by: Limits.handleClosure)
        case .closed(let former, let until): former == key || now >= until
        }
    }
}

/// What a claim on a handle is held against.
struct ClaimFacts: Equatable, Sendable {
    /// This very envelope was accepted before.
    var wasAccepted = false
    /// The invite that the claim brings was used by an earlier one.
    var isInviteUsed = false
    /// What is known of the claimed handle.
    var record: HandleRecord?
    /// The claiming key as the holder of the claimed handle; nil when it does not hold it.
    var holder: UserObject?
    /// The claiming key holds a handle other than the claimed one.
    var holdsAnother = false
    /// What the claiming key is already.
    var role: KeyRole?
    /// The chain that the key has, perhaps from an earlier time.
    var chain = SigchainMark(length: 0, head: nil)
}

/// What a link is held against.
struct ChainFacts: Sendable {
    /// The chain's primary holds a handle now.
    var isRegistered: Bool
    var chain: Sigchain
    /// Of the keys in the link, those that belong to an identity: a primary once registered, or a device ever
    /// added to another chain.
    var takenKeys: Set<Primary>
}

extension RegistryQueries {
    func claimFacts(
        _ handle: Handle, _ primary: Primary, fingerprint: String, invite: InviteID? = nil,
        user: (UserRecord) -> UserObject
    ) throws -> ClaimFacts {
        let own = try self.user(primary)
        return ClaimFacts(
            wasAccepted: try self.wasAccepted(fingerprint),
            isInviteUsed: try invite.map { try self.isUsed($0) } ?? false, record: try self.record(handle),
            holder: own.flatMap { $0.handle == handle ? user($0) : nil },
            holdsAnother: own.map { $0.handle != handle } ?? false, role: try self.role(of: primary),
            chain: try self.chain(of: primary))
    }

    /// - Parameter known: an earlier state of the chain, which saves reading it from the beginning.
    func chainFacts(_ link: SigchainLink, known: Sigchain?) throws -> ChainFacts {
        let taken = try link.devices.filter { key in
            switch try self.role(of: key) {
            case .primary: true
            case .device(let owner): owner != link.primary
            case nil: false
            }
        }
        return ChainFacts(
            isRegistered: try self.user(link.primary) != nil, chain: try self.sigchain(of: link.primary, known: known),
            takenKeys: Set(taken))
    }

    /// The chain, read on from an earlier state of it.
    private func sigchain(of primary: Primary, known: Sigchain?) throws -> Sigchain {
        let mark = try self.chain(of: primary)
        if let known, known.mark == mark { return known }
        var chain = known ?? Sigchain(primary: primary)
        do {
            for link in try self.links(of: primary, from: UInt64(chain.length) + 1) {
                chain = try chain.appending(SigchainLink(parsing: link))
            }
        } catch is KezError where known != nil {
            // The chain was erased and begun again since.
            return try self.sigchain(of: primary, known: nil)
        }
        guard chain.mark == mark else {
            if known != nil { return try self.sigchain(of: primary, known: nil) }
            throw KezError(.internalError)
        }
        return chain
    }
}
