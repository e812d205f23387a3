/// A primary's chain of links, as far as it was checked: a pure state that the next link is held against.
///
/// Servers and clients run the same code, so they cannot disagree on who may do what.
///
/// Source: protocol, section 7.
package struct Sigchain: Sendable {
    package let primary: Primary
    /// The digest of every link, the first one's first.
    package private(set) var digests: [String] = []
    /// The time of the last link.
    package private(set) var updatedAt: Timestamp?
    /// Every device ever added, revoked ones too: a revoked key never comes back.
    package private(set) var devices: [Primary: Device] = [:]
    /// `min_message` of the last `policy`.
    package private(set) var minimumMessage: Int64?
    /// Whether a link of an unknown kind asks not to be passed over: keep what was pinned and send nothing.
    package private(set) var hasUnknownCritical = false

    /// An empty chain.
    package init(primary: Primary) { self.primary = primary }

    package var length: Int { self.digests.count }
    /// The digest of the last link; nil for an empty chain.
    package var head: String? { self.digests.last }

    /// The devices that may act at that time, in the order they were added.
    package func activeDevices(at time: Timestamp) -> [Device] {
        self.devices.values.filter { $0.isActive(at: time) }.sorted { $0.addedAt < $1.addedAt }
    }

    /// The chain with one more link, for a server that receives it now.
    ///
    /// Checks in the order of section 7 from `stale_timestamp` on; the link's own checks come before
    /// (`SigchainLink(verifying:)`), and whether the primary has a handle is the caller's 404.
    ///
    /// - Parameter isKeyTaken: whether a key is the primary of any identity, or the device of another one, on
    ///   this server. Asked for a device that is added, last of all.
    /// - Throws: `KezError` with `bad_envelope` (the link of another chain), `stale_timestamp`, `stale_head`,
    ///   `not_authorised`, `bad_link` or `key_taken`.
    package func appending(
        _ link: SigchainLink, now: Timestamp, isKeyTaken: (Primary) -> Bool
    ) throws(KezError) -> Sigchain {
        guard link.primary == self.primary else {
            throw KezError(.badEnvelope, "The link belongs to the chain of another primary.")
        }
        guard link.createdAt.isWithin(Limits.timestampWindow, of: now) else {
            throw KezError(.staleTimestamp).with("server_time", now.textWithMilliseconds)
        }
        return try self.appending(link, isKeyTaken: isKeyTaken)
    }

    /// The chain with one more link whose signature was verified, whenever that was received.
    ///
    /// - Throws: the codes above, but for `stale_timestamp`.
    package func appending(
        _ link: SigchainLink, isKeyTaken: (Primary) -> Bool = { _ in false }
    ) throws(KezError) -> Sigchain {
        guard link.primary == self.primary else {
            throw KezError(.badEnvelope, "The link belongs to the chain of another primary.")
        }
        guard link.seq == self.length + 1, link.prev == self.head else { throw KezError(.staleHead) }
        let body = try LinkAuthority(chain: self).authorise(link)
        try self.checkPlace(of: link)
        if case .deviceAdd(let addition) = body { try self.check(addition, in: link, isKeyTaken: isKeyTaken) }
        var next = self
        next.apply(body, of: link)
        return next
    }

    private func checkPlace(of link: SigchainLink) throws(KezError) {
        if let updatedAt = self.updatedAt, link.createdAt < updatedAt {
            throw KezError(.badLink, "The link's time is before that of the link it follows.")
        }
        guard self.length < Limits.chainLinks else {
            throw KezError(.badLink, "A chain has at most \(Limits.chainLinks) links.")
        }
    }

    private func check(
        _ addition: LinkBody.DeviceAddition, in link: SigchainLink, isKeyTaken: (Primary) -> Bool
    ) throws(KezError) {
        let known = self.devices[addition.device]
        if let known, known.revokedAt == nil {
            throw KezError(.badLink, "The device is in the chain already.")
        }
        guard self.activeDevices(at: link.createdAt).count < Limits.chainDevices else {
            throw KezError(.badLink, "An identity has at most \(Limits.chainDevices) devices at a time.")
        }
        guard addition.isAccepted(in: link) else {
            throw KezError(.badLink, "The member `accept` is not the device's signature for this place of the chain.")
        }
        guard known == nil, addition.device != self.primary, !isKeyTaken(addition.device) else {
            throw KezError(.keyTaken)
        }
    }

    private mutating func apply(_ body: LinkBody, of link: SigchainLink) {
        self.digests.append(link.digest)
        self.updatedAt = link.createdAt
        switch body {
        case .profile, .proof: break
        case .deviceAdd(let addition):
            self.devices[addition.device] = Device(
                key: addition.device, name: addition.name, capabilities: addition.capabilities,
                addedAt: self.length, expiresAt: addition.expiresAt)
        case .deviceRevoke(let device):
            let seq = self.length
            self.devices[device]?.revokedAt = seq
        case .policy(let minimum): self.minimumMessage = minimum
        case .unknown(_, let isCritical): self.hasUnknownCritical = self.hasUnknownCritical || isCritical
        }
    }
}
