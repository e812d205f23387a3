import Sodium
import Testing

@Suite struct SigningTests {
    @Test func signsAndVerifies() throws {
        let key = SigningKey.generate()
        let signature = key.sign([1, 2, 3])
        #expect(signature.count == 64)
        #expect(Ed25519.isValid(signature: signature, of: [1, 2, 3], by: key.publicKey))
        #expect(!Ed25519.isValid(signature: signature, of: [1, 2], by: key.publicKey))
        #expect(!Ed25519.isValid(signature: signature, of: [1, 2, 3], by: SigningKey.generate().publicKey))
        var changed = signature
        changed[5] ^= 1
        #expect(!Ed25519.isValid(signature: changed, of: [1, 2, 3], by: key.publicKey))
        #expect(Ed25519.isValid(signature: key.sign([]), of: [], by: key.publicKey))
    }

    @Test func verifiesStrictly() throws {
        for vector in try Vectors().list("signature_edge_cases") {
            let isValid = Ed25519.isValid(
                signature: try bytes(vector["signature"]), of: try bytes(vector["message"]),
                by: try bytes(vector["public"]))
            #expect(isValid == vector["libsodium"] as? Bool, "\(vector["name"] ?? "")")
        }
    }

    @Test(arguments: [0, 31, 33, 64])
    func aKeyOfAnotherLengthVerifiesNothing(count: Int) {
        let signature = SigningKey.generate().sign([1])
        #expect(!Ed25519.isValid(signature: signature, of: [1], by: [UInt8](repeating: 0, count: count)))
        #expect(!Ed25519.isUsable(publicKey: [UInt8](repeating: 0, count: count)))
    }

    @Test(arguments: [0, 31, 33])
    func refusesASeedOfWrongLength(count: Int) {
        #expect(throws: SodiumError.keyLength(expected: 32, got: count)) {
            try SigningKey(seed: SecretBytes([UInt8](repeating: 0, count: count)))
        }
        #expect(throws: SodiumError.keyLength(expected: 32, got: count)) {
            try Ed25519.agreementPublicKey(of: [UInt8](repeating: 0, count: count))
        }
    }

    @Test func derivesKeysAsTheVectorsSay() throws {
        let rows = try Vectors().rows("ed25519_to_x25519")
        #expect(rows.count == 200)
        for row in rows {
            let key = try SigningKey(seed: SecretBytes(bytes(row[0])))
            let (publicKey, scalar, agreement) = try (bytes(row[1]), bytes(row[2]), bytes(row[3]))
            #expect(key.publicKey == publicKey)
            #expect(key.agreementKey.exposedScalar == scalar)
            #expect(key.agreementKey.publicKey == agreement)
            #expect(try Ed25519.agreementPublicKey(of: publicKey) == agreement)
            #expect(Ed25519.isUsable(publicKey: publicKey))
        }
    }

    @Test func refusesKeysThatAreNoGoodPoints() throws {
        for vector in try Vectors().list("negative_keys") + Vectors().list("informational_keys") {
            guard let key = vector["ed25519_public"] else { continue }
            let publicKey = try bytes(key)
            #expect(throws: SodiumError.unusableKey, "\(vector["name"] ?? "")") {
                try Ed25519.agreementPublicKey(of: publicKey)
            }
            #expect(!Ed25519.isUsable(publicKey: publicKey))
        }
    }
}
