package import KezCore
package import NKeys
private import Sodium

/// A user: an Ed25519 key. The same key is the primary, the NATS user nkey, and the source of the key that
/// opens messages; whoever has its seed is the user.
public struct Identity: Sendable {
    package let pair: NKeyPair
    package let signer: EnvelopeSigner

    package init(_ pair: NKeyPair) {
        self.pair = pair
        self.signer = EnvelopeSigner(pair.signingKey)
    }

    /// A new key from the system's random source.
    public static func generate() -> Identity { Identity(.generate(role: .user)) }

    /// Reads a recovery key.
    ///
    /// - Parameter seed: the nkey seed, `SU` and 56 more characters.
    /// - Throws: `ClientError` with `bad_key` when it is no seed of a user.
    public init(seed: String) throws(ClientError) {
        guard let pair = try? NKeyPair(seed: seed, role: .user) else {
            throw ClientError(code: "bad_key", message: "This is not the seed of a user (SU… and 58 characters).")
        }
        self.init(pair)
    }

    /// The recovery key: keep it secret, and keep it.
    public var seed: String { self.pair.seedText }
    /// `ed25519:` and 64 hexadecimal digits.
    public var primary: String { self.key.text }
    /// The name under which NATS knows the key, `U…`.
    public var nkey: String { self.pair.publicKey.text }

    package var key: Primary { self.signer.primary }
}
