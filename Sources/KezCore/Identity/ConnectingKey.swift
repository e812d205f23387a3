/// The key that a connection to the broker proves.
///
/// In version 1 it equals the account's primary. It is a type of its own because devices with keys of
/// their own come next, and only what is bound to a connection (reply inboxes) may use it.
///
/// Source: protocol, section 8.
package struct ConnectingKey: Hashable, Sendable, CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    package let hex: String
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(_ primary: Primary) {
        self.hex = primary.hex
        self.bytes = primary.bytes
    }

    /// - Returns: nil unless `bytes` has 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
        self.hex = Hex.encode(bytes)
    }

    /// The account this key speaks for in version 1: itself.
    package var account: Primary? { Primary(bytes: self.bytes) }

    package var description: String { self.hex }
}
