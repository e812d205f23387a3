/// What a key is for; the first letter of its text.
package enum NKeyRole: Character, Sendable, CaseIterable {
    case account = "A"
    case cluster = "C"
    case server = "N"
    case `operator` = "O"
    case user = "U"
    case curve = "X"

    /// The prefix byte: the letter's base32 value in the upper five bits.
    var prefix: UInt8 {
        switch self {
        case .account: 0
        case .cluster: 2 << 3
        case .server: 13 << 3
        case .operator: 14 << 3
        case .user: 20 << 3
        case .curve: 23 << 3
        }
    }

    init?(prefix: UInt8) {
        guard let role = Self.allCases.first(where: { $0.prefix == prefix }) else { return nil }
        self = role
    }
}

/// Why a text is not an nkey. Carries nothing of the text: it may be a seed.
package enum NKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Wrong length, alphabet, prefix or checksum.
    case malformed
    /// A good key, but for another role than the one asked for.
    case wrongRole(NKeyRole)

    package var description: String {
        switch self {
        case .malformed: "this text is not an nkey"
        case .wrongRole(let role): "this nkey has the role \(role.rawValue), which does not fit here"
        }
    }
}

/// A public nkey: 32 bytes of Ed25519 (X25519 for the role `curve`) and a role.
///
/// Source: NATS nkeys, `strkey.go`: base32 of prefix, key and CRC16 (little endian).
package struct NKey: Hashable, Sendable, CustomStringConvertible {
    package let role: NKeyRole
    /// 32 bytes.
    package let publicKey: [UInt8]

    /// - Throws: `NKeyError.malformed` unless `publicKey` has 32 bytes.
    package init(role: NKeyRole, publicKey: [UInt8]) throws(NKeyError) {
        guard publicKey.count == 32 else { throw .malformed }
        self.role = role
        self.publicKey = publicKey
    }

    /// Reads the text form, for example `UA4PQ…`.
    ///
    /// - Parameter role: the role that is expected; nil takes any.
    /// - Throws: `NKeyError.malformed`, or `.wrongRole` when another role was expected.
    package init(text: String, role expected: NKeyRole? = nil) throws(NKeyError) {
        guard text.utf8.count == 56, let bytes = Base32.decode(text), bytes.count == 35,
            CheckedText.isIntact(bytes), let role = NKeyRole(prefix: bytes[0])
        else { throw .malformed }
        if let expected, expected != role { throw .wrongRole(role) }
        self.role = role
        self.publicKey = [UInt8](bytes[1..<33])
    }

    /// 56 characters.
    package var text: String {
        Base32.encode(CheckedText.append(to: [self.role.prefix] + self.publicKey))
    }

    package var description: String { self.text }
}

/// The CRC at the end of every nkey text.
enum CheckedText {
    static func append(to bytes: [UInt8]) -> [UInt8] {
        let crc = CRC16.checksum(bytes)
        return bytes + [UInt8(truncatingIfNeeded: crc), UInt8(truncatingIfNeeded: crc >> 8)]
    }

    static func isIntact(_ bytes: [UInt8]) -> Bool {
        let crc = CRC16.checksum(bytes.dropLast(2))
        return bytes.count > 2 && bytes[bytes.count - 2] == UInt8(truncatingIfNeeded: crc)
            && bytes[bytes.count - 1] == UInt8(truncatingIfNeeded: crc >> 8)
    }
}
