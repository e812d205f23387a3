import Sodium

/// Who may add which link at the end of a chain, and what a link of a known kind must look like.
///
/// Authority comes before shape (403 before 400), except that what a device gives away or revokes can only
/// be judged once it can be read.
///
/// Source: protocol, section 7.
struct LinkAuthority {
    let chain: Sigchain

    /// - Returns: the link's body.
    /// - Throws: `KezError` with `not_authorised` or `bad_link`.
    func authorise(_ link: SigchainLink) throws(KezError) -> LinkBody {
        guard link.signer != self.chain.primary else {
            let body = try LinkBody(kind: link.kind, body: link.body)
            try self.checkRevocation(body)
            return body
        }
        guard let signer = self.chain.devices[link.signer], signer.isActive(at: link.createdAt) else {
            throw KezError(.notAuthorised)
        }
        switch link.kind {
        case "profile", "proof":
            guard signer.can(.profile) else { throw KezError(.notAuthorised) }
            return try LinkBody(kind: link.kind, body: link.body)
        case "device_add":
            guard signer.can(.link) else { throw KezError(.notAuthorised) }
            let body = try LinkBody(kind: link.kind, body: link.body)
            if case .deviceAdd(let addition) = body, !addition.capabilities.isSubset(of: signer.capabilities) {
                throw KezError(.notAuthorised, "A device cannot give another one more than it may do itself.")
            }
            return body
        case "device_revoke": return try self.authoriseRevocation(link, by: signer)
        default: throw KezError(.notAuthorised)
        }
    }

    /// A device revokes itself, or, if it can `link`, a device that was added after it.
    private func authoriseRevocation(_ link: SigchainLink, by signer: Device) throws(KezError) -> LinkBody {
        let target = link.body["device"]?.string.flatMap { Primary(text: $0) }
        if target != signer.key {
            guard signer.can(.link) else { throw KezError(.notAuthorised) }
            if let target, let device = self.chain.devices[target], device.addedAt < signer.addedAt {
                throw KezError(.notAuthorised, "A device cannot revoke one that was added before it.")
            }
        }
        let body = try LinkBody(kind: link.kind, body: link.body)
        try self.checkRevocation(body)
        return body
    }

    private func checkRevocation(_ body: LinkBody) throws(KezError) {
        guard case .deviceRevoke(let target) = body else { return }
        guard let device = self.chain.devices[target], device.revokedAt == nil else {
            throw KezError(.badLink, "There is no such device to revoke.")
        }
    }
}

extension LinkBody.DeviceAddition {
    /// Whether the device consented to be added by this very link.
    func isAccepted(in link: SigchainLink) -> Bool {
        let text = DeviceAcceptance.text(
            primary: link.primary, device: self.device, seq: Int(link.seq), prev: link.prev)
        return self.device.isUsable
            && Ed25519.isValid(signature: self.acceptance, of: text, by: self.device.bytes)
    }
}
