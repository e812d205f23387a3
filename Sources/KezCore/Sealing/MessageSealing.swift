package import Sodium

/// One way of sealing a plaintext between two keys; a version of the message payload names it.
package protocol MessageSealing: Sendable {
    /// The `version` of the payloads it seals.
    var version: Int64 { get }
    /// Bytes of the nonce.
    var nonceBytes: Int { get }
    /// Bytes that sealing adds to a plaintext.
    var overhead: Int { get }

    /// Encrypts `plaintext` so that the holder of `theirs` (and of `mine`) can read it.
    func seal(
        _ plaintext: [UInt8], nonce: [UInt8], mine: AgreementKey, theirs: Primary
    ) throws(SealError) -> [UInt8]

    /// Opens what either of the two keys sealed for the other.
    func open(
        _ ciphertext: [UInt8], nonce: [UInt8], mine: AgreementKey, theirs: Primary
    ) throws(SealError) -> [UInt8]
}

/// The ways of sealing this version knows.
package enum MessageSeal {
    /// What new messages are sealed with.
    package static let current: any MessageSealing = MessageSealV1()

    /// The way of sealing of a payload's `version`; nil when it is newer than this code.
    package static func version(_ version: Int64) -> (any MessageSealing)? {
        version == 1 ? MessageSealV1() : nil
    }
}

/// Why a message could not be sealed or opened. Never carries key material or content.
package enum SealError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The other side's key is not one that a secret can be shared with.
    case unusableKey
    /// The nonce has another length than the 12 bytes it needs.
    case nonceLength(Int)
    /// The ciphertext was changed, cut short, or is for another pair of keys.
    case openFailed

    package var description: String {
        switch self {
        case .unusableKey: "the other side's key cannot be used"
        case .nonceLength(let count): "the nonce has \(count) bytes"
        case .openFailed: "the ciphertext does not open with this key"
        }
    }
}
