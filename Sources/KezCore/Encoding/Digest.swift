import Crypto

/// SHA-256, by which kez names envelopes, links, events and log messages.
package enum Digest {
    /// 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    /// 64 lowercase hexadecimal digits.
    package static func sha256Hex(_ bytes: [UInt8]) -> String {
        Hex.encode(self.sha256(bytes))
    }

    /// The SHA-256 of the UTF-8 bytes of `text`, as 64 lowercase hexadecimal digits.
    package static func sha256Hex(_ text: String) -> String {
        self.sha256Hex(Array(text.utf8))
    }
}
