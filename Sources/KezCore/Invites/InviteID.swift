import Sodium

/// What an invite is known by once it was used: 16 random bytes, written as 32 lowercase hexadecimal digits.
package struct InviteID: Hashable, Sendable, CustomStringConvertible {
    /// 32 lowercase hexadecimal digits.
    package let hex: String

    /// - Returns: nil unless `hex` is 32 lowercase hexadecimal digits.
    package init?(_ hex: some StringProtocol) {
        guard Hex.isHex(hex, count: 32) else { return nil }
        self.hex = String(hex)
    }

    private init(random bytes: [UInt8]) { self.hex = Hex.encode(bytes) }

    /// A new one from the system's random source.
    package static func random() -> InviteID { InviteID(random: randomBytes(16)) }

    package var description: String { self.hex }
}
