import CSodium

/// An X25519 private key.
package struct AgreementKey: Sendable {
    private let scalar: SecretBytes
    /// 32 bytes.
    package let publicKey: [UInt8]

    /// Takes 32 raw bytes as the scalar (X25519 clamps it itself).
    ///
    /// - Throws: `SodiumError.keyLength` unless `scalar` has 32 bytes.
    package init(scalar: SecretBytes) throws(SodiumError) {
        guard scalar.count == Int(crypto_scalarmult_curve25519_BYTES) else {
            throw .keyLength(expected: Int(crypto_scalarmult_curve25519_BYTES), got: scalar.count)
        }
        self.init(clamped: scalar)
    }

    init(clamped scalar: SecretBytes) {
        Library.ready()
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_scalarmult_curve25519_BYTES))
        unsafe scalar.withPointer { bytes in
            _ = unsafe crypto_scalarmult_curve25519_base(&publicKey, bytes)
        }
        self.scalar = scalar
        self.publicKey = publicKey
    }

    /// The 32 raw bytes of the scalar, for tests against vectors and for key files.
    package var exposedScalar: [UInt8] { self.scalar.exposed() }

    /// X25519 of this key and `theirs`: 32 bytes.
    ///
    /// - Throws: `SodiumError.keyLength`, or `.zeroSharedSecret` when `theirs` is of low order (RFC 7748, section 6.1).
    package func sharedSecret(with theirs: [UInt8]) throws(SodiumError) -> SecretBytes {
        guard theirs.count == Int(crypto_scalarmult_curve25519_BYTES) else {
            throw .keyLength(expected: Int(crypto_scalarmult_curve25519_BYTES), got: theirs.count)
        }
        var status: Int32 = -1
        let shared = unsafe SecretBytes(count: Int(crypto_scalarmult_curve25519_BYTES)) { target in
            unsafe self.scalar.withPointer { mine in
                status = unsafe crypto_scalarmult_curve25519(
                    target, mine, theirs)
            }
        }
        guard status == 0 else { throw .zeroSharedSecret }
        return shared
    }

    /// NaCl box (X25519, XSalsa20-Poly1305): `plaintext.count + 16` bytes.
    ///
    /// - Parameter nonce: 24 bytes, never used twice between the same two keys.
    package func box(_ plaintext: [UInt8], nonce: [UInt8], to theirs: [UInt8]) throws(SodiumError) -> [UInt8] {
        try Self.check(nonce: nonce, key: theirs)
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Int(crypto_box_MACBYTES))
        let status = unsafe self.scalar.withPointer { mine in
            unsafe crypto_box_easy(
                &sealed, plaintext, UInt64(plaintext.count), nonce, theirs,
                mine)
        }
        guard status == 0 else { throw .zeroSharedSecret }
        return sealed
    }

    /// Opens what `box` made.
    ///
    /// - Throws: `SodiumError.openFailed` when it was changed or is for another pair of keys.
    package func open(_ sealed: [UInt8], nonce: [UInt8], from theirs: [UInt8]) throws(SodiumError) -> [UInt8] {
        try Self.check(nonce: nonce, key: theirs)
        guard sealed.count >= Int(crypto_box_MACBYTES) else { throw .openFailed }
        var plaintext = [UInt8](repeating: 0, count: sealed.count - Int(crypto_box_MACBYTES))
        let status = unsafe self.scalar.withPointer { mine in
            unsafe crypto_box_open_easy(
                &plaintext, sealed, UInt64(sealed.count), nonce, theirs,
                mine)
        }
        guard status == 0 else { throw .openFailed }
        return plaintext
    }

    private static func check(nonce: [UInt8], key: [UInt8]) throws(SodiumError) {
        guard nonce.count == Int(crypto_box_NONCEBYTES) else {
            throw .keyLength(expected: Int(crypto_box_NONCEBYTES), got: nonce.count)
        }
        guard key.count == Int(crypto_box_PUBLICKEYBYTES) else {
            throw .keyLength(expected: Int(crypto_box_PUBLICKEYBYTES), got: key.count)
        }
    }
}
