import CSodium

/// An Ed25519 key pair that signs (RFC 8032, pure).
package struct SigningKey: Sendable {
    /// 32 bytes, the RFC 8032 private key.
    package let seed: SecretBytes
    /// 32 bytes.
    package let publicKey: [UInt8]
    private let secretKey: SecretBytes

    /// Derives the pair from its seed.
    ///
    /// - Throws: `SodiumError.keyLength` unless `seed` has 32 bytes.
    package init(seed: SecretBytes) throws(SodiumError) {
        guard seed.count == Int(crypto_sign_SEEDBYTES) else {
            throw .keyLength(expected: Int(crypto_sign_SEEDBYTES), got: seed.count)
        }
        Library.ready()
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        let secretKey = unsafe SecretBytes(count: Int(crypto_sign_SECRETKEYBYTES)) { target in
            unsafe seed.withPointer { seedBytes in
                _ = unsafe crypto_sign_seed_keypair(
                    &publicKey, target,
                    seedBytes)
            }
        }
        self.seed = seed
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A new pair from the system's random source.
    package static func generate() -> SigningKey {
        do {
            return try SigningKey(seed: .random(count: Int(crypto_sign_SEEDBYTES)))
        } catch {
            preconditionFailure("a seed of the library's own length was refused")
        }
    }

    /// The detached signature of `message`: 64 bytes.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
        unsafe self.secretKey.withPointer { secret in
            _ = unsafe crypto_sign_detached(
                &signature, nil, message, UInt64(message.count), secret)
        }
        return signature
    }

    /// The X25519 private key of the same identity: clamp(SHA-512(seed)[0..<32]).
    ///
    /// Source: protocol, section 6 ("Sealing").
    package var agreementKey: AgreementKey {
        let scalar = unsafe SecretBytes(count: Int(crypto_scalarmult_curve25519_BYTES)) { target in
            unsafe self.secretKey.withPointer { secret in
                _ = unsafe crypto_sign_ed25519_sk_to_curve25519(
                    target,
                    secret)
            }
        }
        return AgreementKey(clamped: scalar)
    }
}

/// Strict Ed25519 verification and the tests of a public key.
package enum Ed25519 {
    /// Whether `signature` over `message` is by `publicKey`.
    ///
    /// Strict: refuses a non-canonical S, non-canonical keys and keys of small order, under which
    /// other libraries accept forgeries. Never throws: a wrong length is just not a signature.
    ///
    /// Source: protocol, section 2; libsodium, `crypto_sign_verify_detached`.
    package static func isValid(signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard signature.count == Int(crypto_sign_BYTES), publicKey.count == Int(crypto_sign_PUBLICKEYBYTES) else {
            return false
        }
        Library.ready()
        return unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
    }

    /// Whether `publicKey` is canonical, on the curve, and in the prime-order subgroup.
    package static func isUsable(publicKey: [UInt8]) -> Bool {
        (try? self.agreementPublicKey(of: publicKey)) != nil
    }

    /// The X25519 public key of an Ed25519 public key, by the birational map: 32 bytes.
    ///
    /// - Throws: `SodiumError.keyLength`, or `.unusableKey` for a key that is not canonical, not on
    ///   the curve, or outside the prime-order subgroup.
    package static func agreementPublicKey(of publicKey: [UInt8]) throws(SodiumError) -> [UInt8] {
        guard publicKey.count == Int(crypto_sign_PUBLICKEYBYTES) else {
            throw .keyLength(expected: Int(crypto_sign_PUBLICKEYBYTES), got: publicKey.count)
        }
        Library.ready()
        // The conversion ignores the encoding's redundancy, so canonical form is asked for apart.
        guard unsafe crypto_core_ed25519_is_valid_point(publicKey) == 1 else { throw .unusableKey }
        var result = [UInt8](repeating: 0, count: Int(crypto_scalarmult_curve25519_BYTES))
        guard unsafe crypto_sign_ed25519_pk_to_curve25519(&result, publicKey) == 0 else { throw .unusableKey }
        return result
    }
}
