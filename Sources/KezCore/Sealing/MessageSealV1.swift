import Crypto
package import Sodium

/// Version 1: X25519, HKDF-SHA256 with the nonce as salt, AES-256-GCM. No forward secrecy.
///
/// Source: protocol, section 6 ("Sealing").
package struct MessageSealV1: MessageSealing {
    private static let info: [UInt8] = Array("kez-chat-msg-v1".utf8)
    private static let tagBytes = 16

    package let version: Int64 = 1
    package let nonceBytes = 12
    package var overhead: Int { Self.tagBytes }

    package init() {}

    /// - Parameter nonce: 12 fresh random bytes for each message: key and IV both come from it.
    /// - Returns: `plaintext.count + 16` bytes, the tag last.
    /// - Throws: `SealError.unusableKey` or `.nonceLength`.
    package func seal(
        _ plaintext: [UInt8], nonce: [UInt8], mine: AgreementKey, theirs: Primary
    ) throws(SealError) -> [UInt8] {
        let secret = try self.sharedSecret(mine: mine, theirs: theirs)
        return try self.seal(plaintext, nonce: nonce, secret: secret)
    }

    /// - Throws: `SealError` of any kind.
    package func open(
        _ ciphertext: [UInt8], nonce: [UInt8], mine: AgreementKey, theirs: Primary
    ) throws(SealError) -> [UInt8] {
        let secret = try self.sharedSecret(mine: mine, theirs: theirs)
        return try self.open(ciphertext, nonce: nonce, secret: secret)
    }

    /// X25519 of the two keys, 32 bytes: the same for every message between them, so worth keeping.
    ///
    /// - Throws: `SealError.unusableKey` when `theirs` is no key of the prime-order subgroup.
    package func sharedSecret(mine: AgreementKey, theirs: Primary) throws(SealError) -> SecretBytes {
        do {
            return try mine.sharedSecret(with: Ed25519.agreementPublicKey(of: theirs.bytes))
        } catch {
            throw .unusableKey
        }
    }

    /// Seals under a shared secret that was computed before.
    package func seal(_ plaintext: [UInt8], nonce: [UInt8], secret: SecretBytes) throws(SealError) -> [UInt8] {
        let key = try self.messageKey(secret: secret, nonce: nonce)
        do {
            let box = try AES.GCM.seal(plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce))
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            // Neither length can be wrong here; the library's signature says throws.
            throw .nonceLength(nonce.count)
        }
    }

    /// Opens under a shared secret that was computed before.
    package func open(_ ciphertext: [UInt8], nonce: [UInt8], secret: SecretBytes) throws(SealError) -> [UInt8] {
        let key = try self.messageKey(secret: secret, nonce: nonce)
        guard ciphertext.count >= Self.tagBytes else { throw .openFailed }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: ciphertext.dropLast(Self.tagBytes),
                tag: ciphertext.suffix(Self.tagBytes))
            return Array(try AES.GCM.open(box, using: key))
        } catch {
            throw .openFailed
        }
    }

    private func messageKey(secret: SecretBytes, nonce: [UInt8]) throws(SealError) -> SymmetricKey {
        guard nonce.count == self.nonceBytes else { throw .nonceLength(nonce.count) }
        let input = unsafe secret.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        return HKDF<SHA256>.deriveKey(inputKeyMaterial: input, salt: nonce, info: Self.info, outputByteCount: 32)
    }
}
