package import Sodium

/// An nkey that can sign: a role and an Ed25519 key pair.
package struct NKeyPair: Sendable {
    package let role: NKeyRole
    package let signingKey: SigningKey

    /// - Precondition: `role` is not `.curve`; curve keys do not sign (see `XKeyPair`).
    package init(role: NKeyRole, signingKey: SigningKey) {
        precondition(role != .curve, "a curve key cannot sign")
        self.role = role
        self.signingKey = signingKey
    }

    package static func generate(role: NKeyRole) -> NKeyPair {
        NKeyPair(role: role, signingKey: .generate())
    }

    /// Reads a seed, for example `SUABF…`.
    ///
    /// - Throws: `NKeyError.malformed`, or `.wrongRole` when another role was expected or it is a curve key's.
    package init(seed text: String, role expected: NKeyRole? = nil) throws(NKeyError) {
        let (role, raw) = try SeedText.decode(text)
        if role == .curve { throw .wrongRole(role) }
        if let expected, expected != role { throw .wrongRole(role) }
        guard let signingKey = try? SigningKey(seed: raw) else { throw .malformed }
        self.init(role: role, signingKey: signingKey)
    }

    package var publicKey: NKey {
        do {
            return try NKey(role: self.role, publicKey: self.signingKey.publicKey)
        } catch {
            preconditionFailure("a signing key's public half has 32 bytes")
        }
    }

    /// The seed's text: 58 characters. Whoever has it is the identity.
    package var seedText: String {
        SeedText.encode(role: self.role, seed: self.signingKey.seed)
    }

    /// The Ed25519 signature of `message`: 64 bytes.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        self.signingKey.sign(message)
    }
}

/// Seeds in text: `S`, the role's letter, 32 bytes, CRC16.
enum SeedText {
    private static let seedPrefix: UInt8 = 18 << 3

    static func encode(role: NKeyRole, seed: SecretBytes) -> String {
        let head = [Self.seedPrefix | role.prefix >> 5, (role.prefix & 31) << 3]
        return Base32.encode(CheckedText.append(to: head + seed.exposed()))
    }

    static func decode(_ text: String) throws(NKeyError) -> (NKeyRole, SecretBytes) {
        guard text.utf8.count == 58, let bytes = Base32.decode(text), bytes.count == 36,
            CheckedText.isIntact(bytes), bytes[0] & 0xF8 == Self.seedPrefix,
            let role = NKeyRole(prefix: (bytes[0] & 7) << 5 | bytes[1] >> 3)
        else { throw .malformed }
        return (role, SecretBytes([UInt8](bytes[2..<34])))
    }
}
