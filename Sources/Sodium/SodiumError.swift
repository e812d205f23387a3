/// Why a cryptographic call was refused. Never carries key material or plaintext.
package enum SodiumError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A key, seed or nonce of the wrong length; both numbers are bytes.
    case keyLength(expected: Int, got: Int)
    /// A public key that is not canonical, not on the curve, or of small order.
    case unusableKey
    /// The shared secret came out all zero: the other side sent a low-order point.
    case zeroSharedSecret
    /// A box that was tampered with or was sealed for another key.
    case openFailed

    package var description: String {
        switch self {
        case .keyLength(let expected, let got): "a key of \(expected) bytes is needed, not \(got)"
        case .unusableKey: "the public key is not a usable Ed25519 key"
        case .zeroSharedSecret: "the key agreement gave an all-zero secret"
        case .openFailed: "the box cannot be opened with this key"
        }
    }
}
