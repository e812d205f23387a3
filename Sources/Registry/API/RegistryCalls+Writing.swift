import KezCore
import KezRuntime

/// The calls that write: a signed envelope comes, and an event or a refusal.
///
/// Everything that needs no state, the signature above all, is checked before the writer, in parallel.
extension RegistryCalls {
    /// A signed registration → the user object.
    ///
    /// - Throws: `KezError` with the codes of the protocol, section 5, and 403 `forbidden` for another's envelope.
    ///   Where registration is not open, `registration_closed`, `invite_required`, `bad_invite` and `invite_used`
    ///   come after `replayed`, before `handle_taken`.
    ///   `replayed` carries the user in `user` while the key still holds the handle, nothing after a release.
    @Sendable func register(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let claim = try HandleRegistration(checking: request.body, at: self.door)
        // The log holds the whole envelope's hash, so a part outside the payload must have a canonical form too.
        _ = try claim.envelope.digest()
        try self.requireOwn(claim.primary, request.caller)
        let (configuration, now) = (self.configuration, self.configuration.clock.now())
        let fingerprint = claim.fingerprint
        let pass = RegistrationPass(claim, configuration, now: now)
        let user = try await self.writer.write(before: deadline) { queries in
            let facts = try queries.claimFacts(
                claim.handle, claim.primary, fingerprint: fingerprint, invite: pass.invite, user: configuration.user)
            return .deciding { () throws(KezError) in
                try RegistryDecision.register(claim, facts, pass: pass, now: now)
            } answer: { leaf in
                configuration.user(
                    UserRecord(
                        handle: claim.handle, primary: claim.primary, registeredAt: leaf.time, chain: facts.chain)
                ).bytes
            }
        }
        if pass.invite != nil { self.metrics.usedInvite() }
        return user
    }

    /// A signed release → the user object as it was until now.
    ///
    /// - Throws: `KezError` with the codes of the protocol, section 5, 403 `forbidden` for another's envelope, and
    ///   404 when the key does not hold the handle. `replayed` carries nothing.
    @Sendable func release(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let claim = try HandleRelease(checking: request.body, at: self.door)
        _ = try claim.envelope.digest()
        try self.requireOwn(claim.primary, request.caller)
        let (configuration, fingerprint) = (self.configuration, claim.fingerprint)
        return try await self.writer.write(before: deadline) { queries in
            let facts = try queries.claimFacts(
                claim.handle, claim.primary, fingerprint: fingerprint, user: configuration.user)
            return .deciding { () throws(KezError) in
                try RegistryDecision.release(claim, facts)
            } answer: { _ in
                facts.holder?.bytes ?? []
            }
        }
    }

    /// A signed link → its place and the new head.
    ///
    /// - Throws: `KezError` with the codes of the protocol, section 7; 403 `forbidden` for a link of another's chain,
    ///   between `bad_signature` and 404. A device brings its links through the gateway: over the broker it would
    ///   be another caller than the chain's primary.
    @Sendable func append(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let link = try SigchainLink(verifying: request.body)
        try self.requireOwn(link.primary, request.caller)
        let (chains, now) = (self.chains, self.configuration.clock.now())
        return try await self.writer.write(before: deadline) { queries in
            let facts = try queries.chainFacts(link, known: chains[link.primary])
            // Kept before the decision too: a refused link must not make the next one read the chain again.
            if facts.chain.length > 0 { chains.keep(facts.chain) }
            return .deciding { () throws(KezError) in
                try RegistryDecision.append(link, facts, now: now)
            } answer: { _ in
                AppendResult(seq: Int(link.seq), head: link.digest).bytes
            }
        }
    }
}

extension RegistryWriter.Verdict {
    /// What a pure decision comes to.
    static func deciding(
        _ decision: () throws(KezError) -> RegistryEvent.Content, answer: @escaping @Sendable (RegistryLeaf) -> Answer
    ) -> Self {
        do throws(KezError) {
            return .accepted(try decision(), answer: answer)
        } catch {
            return .refused(error)
        }
    }
}
