package import Sodium

/// A user: an Ed25519 public key of 32 bytes.
///
/// Written `ed25519:` and 64 lowercase hexadecimal digits in JSON, the digits alone in subjects.
///
/// Source: protocol, section 1.
package struct Primary: Hashable, Sendable, Comparable, CustomStringConvertible {
    private static let prefix = "ed25519:"

    /// 64 lowercase hexadecimal digits.
    package let hex: String
    /// 32 bytes.
    package let bytes: [UInt8]

    /// - Returns: nil unless `bytes` has 32 bytes. Any 32 bytes are taken: see `isUsable`.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
        self.hex = Hex.encode(bytes)
    }

    /// - Returns: nil unless `hex` is 64 lowercase hexadecimal digits.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex) else { return nil }
        self.bytes = bytes
        self.hex = String(hex)
    }

    /// - Returns: nil unless `text` is `ed25519:` and 64 lowercase hexadecimal digits.
    package init?(text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        self.init(hex: text.dropFirst(Self.prefix.count))
    }

    /// Takes both the text form and the bare digits, as the look-up calls do.
    package init?(textOrHex text: some StringProtocol) {
        if text.hasPrefix(Self.prefix) { self.init(text: text) } else { self.init(hex: text) }
    }

    /// The identity of a key pair.
    package init(_ key: SigningKey) {
        self.bytes = key.publicKey
        self.hex = Hex.encode(key.publicKey)
    }

    /// `ed25519:` and the digits.
    package var text: String { Self.prefix + self.hex }
    package var description: String { self.text }

    /// The log shard of this key's inbox: the first hexadecimal digit.
    package var shard: Shard { Shard(high: self.bytes.first ?? 0) }

    /// Whether it is a canonical point of the prime-order subgroup; under others signatures can be forged.
    package var isUsable: Bool { Ed25519.isUsable(publicKey: self.bytes) }

    package static func == (left: Primary, right: Primary) -> Bool { left.hex == right.hex }
    package static func < (left: Primary, right: Primary) -> Bool { left.hex < right.hex }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.hex) }
}
