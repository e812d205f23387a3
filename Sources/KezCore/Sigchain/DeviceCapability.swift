/// What a device of an identity may do; capabilities of newer versions are not taken.
///
/// Source: protocol, section 7.
package enum DeviceCapability: String, Hashable, Sendable, CaseIterable {
    case send, profile, link
}

/// A key that speaks for an identity beside its primary.
package struct Device: Equatable, Sendable {
    /// The device's own key.
    package let key: Primary
    package let name: String
    package let capabilities: Set<DeviceCapability>
    /// The `seq` of the link that added it.
    package let addedAt: Int
    package let expiresAt: Timestamp?
    /// The `seq` of the link that revoked it.
    package internal(set) var revokedAt: Int?

    /// Whether it may act in a link of that time: not revoked so far, and not expired.
    package func isActive(at time: Timestamp) -> Bool {
        guard self.revokedAt == nil else { return false }
        guard let expiresAt = self.expiresAt else { return true }
        return time < expiresAt
    }

    package func can(_ capability: DeviceCapability) -> Bool { self.capabilities.contains(capability) }
}
