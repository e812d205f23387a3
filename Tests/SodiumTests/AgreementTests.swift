import Sodium
import Testing

@Suite struct AgreementTests {
    @Test func bothSidesAgree() throws {
        let (one, two) = (SigningKey.generate().agreementKey, SigningKey.generate().agreementKey)
        let shared = try one.sharedSecret(with: two.publicKey).exposed()
        #expect(shared.count == 32)
        #expect(try two.sharedSecret(with: one.publicKey).exposed() == shared)
        #expect(try two.sharedSecret(with: SigningKey.generate().agreementKey.publicKey).exposed() != shared)
    }

    @Test func refusesLowOrderPoints() throws {
        for vector in try Vectors().list("negative_keys") {
            guard let secret = vector["x25519_private"] else { continue }
            let key = try AgreementKey(scalar: SecretBytes(bytes(secret)))
            let theirs = try bytes(vector["x25519_public"])
            #expect(throws: SodiumError.zeroSharedSecret) { try key.sharedSecret(with: theirs) }
            #expect(throws: SodiumError.zeroSharedSecret) {
                try key.box([1], nonce: [UInt8](repeating: 0, count: 24), to: theirs)
            }
        }
    }

    @Test(arguments: [0, 31, 33])
    func refusesKeysOfWrongLength(count: Int) throws {
        let wrong = [UInt8](repeating: 9, count: count)
        let key = SigningKey.generate().agreementKey
        #expect(throws: SodiumError.keyLength(expected: 32, got: count)) {
            try AgreementKey(scalar: SecretBytes(wrong))
        }
        #expect(throws: SodiumError.keyLength(expected: 32, got: count)) { try key.sharedSecret(with: wrong) }
        #expect(throws: SodiumError.keyLength(expected: 32, got: count)) {
            try key.box([1], nonce: [UInt8](repeating: 0, count: 24), to: wrong)
        }
    }

    @Test(arguments: [0, 12, 23, 25])
    func refusesNoncesOfWrongLength(count: Int) throws {
        let (key, nonce) = (SigningKey.generate().agreementKey, [UInt8](repeating: 0, count: count))
        #expect(throws: SodiumError.keyLength(expected: 24, got: count)) {
            try key.box([1], nonce: nonce, to: key.publicKey)
        }
        #expect(throws: SodiumError.keyLength(expected: 24, got: count)) {
            try key.open([UInt8](repeating: 0, count: 17), nonce: nonce, from: key.publicKey)
        }
    }

    @Test(arguments: [0, 1, 1000])
    func opensWhatWasBoxedAndNothingElse(count: Int) throws {
        let (one, two, other) = (
            SigningKey.generate().agreementKey, SigningKey.generate().agreementKey, SigningKey.generate().agreementKey
        )
        let (plaintext, nonce) = (randomBytes(count), randomBytes(24))
        let box = try one.box(plaintext, nonce: nonce, to: two.publicKey)
        #expect(box.count == count + 16)
        #expect(try two.open(box, nonce: nonce, from: one.publicKey) == plaintext)
        for index in [0, box.count - 1] {
            var changed = box
            changed[index] ^= 0x80
            #expect(throws: SodiumError.openFailed) { try two.open(changed, nonce: nonce, from: one.publicKey) }
        }
        #expect(throws: SodiumError.openFailed) {
            try two.open(Array(box.dropLast()), nonce: nonce, from: one.publicKey)
        }
        #expect(throws: SodiumError.openFailed) { try two.open([], nonce: nonce, from: one.publicKey) }
        #expect(throws: SodiumError.openFailed) { try two.open(box, nonce: randomBytes(24), from: one.publicKey) }
        #expect(throws: SodiumError.openFailed) { try other.open(box, nonce: nonce, from: one.publicKey) }
        #expect(throws: SodiumError.openFailed) { try two.open(box, nonce: nonce, from: other.publicKey) }
    }
}

@Suite struct SecretBytesTests {
    @Test func keepsBytesAndSaysNothingOfThem() {
        let secret = SecretBytes([1, 2, 3])
        #expect(secret.count == 3)
        #expect(secret.exposed() == [1, 2, 3])
        #expect("\(secret)" == "<3 secret bytes>")
        #expect(SecretBytes([]).exposed() == [])
        #expect(SecretBytes.random(count: 32).exposed() != SecretBytes.random(count: 32).exposed())
    }

    @Test func comparesWithoutTellingWhere() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [1, 3]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }

    @Test func randomBytesAreAsManyAsAskedFor() {
        #expect(randomBytes(0) == [])
        #expect(randomBytes(16).count == 16)
        #expect(randomBytes(16) != randomBytes(16))
    }
}
