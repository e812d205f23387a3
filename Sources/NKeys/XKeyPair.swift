package import Sodium

/// A curve key that seals messages between a NATS server and its callout.
///
/// Source: NATS nkeys, `xkeys.go`: `xkv1`, a nonce of 24 bytes, a NaCl box. The seed itself is the X25519 scalar.
package struct XKeyPair: Sendable {
    private static let version = [UInt8]("xkv1".utf8)
    private static let nonceLength = 24

    private let seed: SecretBytes
    private let agreementKey: AgreementKey

    package static func generate() -> XKeyPair {
        do {
            return try XKeyPair(scalar: .random(count: 32))
        } catch {
            preconditionFailure("a scalar of 32 bytes was refused")
        }
    }

    /// Reads a seed, for example `SXA…`.
    ///
    /// - Throws: `NKeyError.malformed`, or `.wrongRole` for a seed that is not a curve key's.
    package init(seed text: String) throws(NKeyError) {
        let (role, raw) = try SeedText.decode(text)
        guard role == .curve else { throw .wrongRole(role) }
        do {
            try self.init(scalar: raw)
        } catch {
            throw .malformed
        }
    }

    private init(scalar: SecretBytes) throws(SodiumError) {
        self.seed = scalar
        self.agreementKey = try AgreementKey(scalar: scalar)
    }

    package var publicKey: NKey {
        do {
            return try NKey(role: .curve, publicKey: self.agreementKey.publicKey)
        } catch {
            preconditionFailure("an X25519 public key has 32 bytes")
        }
    }

    /// The seed's text: 58 characters.
    package var seedText: String { SeedText.encode(role: .curve, seed: self.seed) }

    /// Seals `plaintext` for the holder of `recipient`: `plaintext.count + 44` bytes.
    ///
    /// - Throws: `SodiumError` when `recipient` is a low-order point.
    package func seal(_ plaintext: [UInt8], to recipient: NKey) throws(SodiumError) -> [UInt8] {
        let nonce = randomBytes(Self.nonceLength)
        return try Self.version + nonce + self.agreementKey.box(plaintext, nonce: nonce, to: recipient.publicKey)
    }

    /// Opens what `sender` sealed for this key.
    ///
    /// - Throws: `SodiumError.openFailed` when it is no xkey box, was changed, or is for another pair of keys.
    package func open(_ sealed: [UInt8], from sender: NKey) throws(SodiumError) -> [UInt8] {
        let head = Self.version.count + Self.nonceLength
        guard sealed.count > head, sealed.starts(with: Self.version) else { throw .openFailed }
        return try self.agreementKey.open(
            [UInt8](sealed[head...]), nonce: [UInt8](sealed[Self.version.count..<head]), from: sender.publicKey)
    }
}
