import KezCore
import Sodium
import Testing

@Suite struct IdentityTests {
    private static let hex = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"

    @Test func readsPrimaries() throws {
        let primary = try #require(Primary(text: "ed25519:\(Self.hex)"))
        #expect(primary == Primary(hex: Self.hex))
        #expect(primary == Primary(textOrHex: Self.hex))
        #expect(primary == Primary(bytes: primary.bytes))
        #expect(primary.text == "ed25519:\(Self.hex)")
        #expect(primary.shard.digit == "8")
        #expect(primary.isUsable)
        #expect(ConnectingKey(primary).account == primary)
    }

    @Test(arguments: [
        "", "ed25519:", hex, "ed25519:\(hex.uppercased())", "ED25519:\(hex)", "ed25519:\(hex)0",
        "ed25519:\(hex.dropLast())", " ed25519:\(hex)", "ed448:\(hex)",
    ])
    func refusesOtherTexts(text: String) { #expect(Primary(text: text) == nil) }

    @Test func refusesTheUnusableKeysOfTheVectors() throws {
        for vector in try Vectors().list("negative_keys") where vector["ed25519_public"] != nil {
            #expect(try !(#require(Primary(hex: vector.text("ed25519_public")))).isUsable)
        }
    }

    @Test func refusesSharedSecretsOfLowOrder() throws {
        for vector in try Vectors().list("negative_keys") where vector["x25519_public"] != nil {
            let mine = try AgreementKey(scalar: SecretBytes(vector.hex("x25519_private")))
            #expect(throws: SodiumError.zeroSharedSecret) { try mine.sharedSecret(with: vector.hex("x25519_public")) }
        }
    }

    @Test func convertsKeysLikeTheVectors() throws {
        let rows = try #require(try Vectors().object("ed25519_to_x25519")["rows"] as? [[String]])
        #expect(rows.count == 200)
        for row in rows {
            let key = try SigningKey(seed: SecretBytes(#require(Hex.decode(row[0]))))
            #expect(Primary(key).hex == row[1])
            #expect(Hex.encode(key.agreementKey.exposedScalar) == row[2])
            #expect(Hex.encode(try Ed25519.agreementPublicKey(of: key.publicKey)) == row[3])
        }
    }

    @Test(arguments: ["abc", "a-b", "0_0", "tudisco", String(repeating: "a", count: 32)])
    func takesHandles(text: String) { #expect(Handle(text)?.text == text) }

    @Test(arguments: [
        "", "ab", "-ab", "_ab", "Abc", "a.b", "a b", "abç", "ab\n", "a@b", String(repeating: "a", count: 33),
    ])
    func refusesOtherHandles(text: String) { #expect(Handle(text) == nil) }

    @Test func reservesHandles() throws {
        let reserved = ReservedHandles(additional: ["Brand"])
        for name in ["admin", "no-reply", "well-known", "kez", "anonymous", "brand"] {
            #expect(reserved.contains(try #require(Handle(name))))
        }
        #expect(!reserved.contains(try #require(Handle("tudisco"))))
        #expect(!ReservedHandles().contains(try #require(Handle("brand"))))
    }

    @Test func readsRecipients() throws {
        let server = try #require(ServerName("kez.lat"))
        #expect(RecipientReference("ann")?.handle(on: server)?.text == "ann")
        #expect(RecipientReference("ann@KEZ.lat")?.handle(on: server)?.text == "ann")
        #expect(RecipientReference("ann@other.org")?.handle(on: server) == nil)
        #expect(RecipientReference(Self.hex)?.description == "ed25519:\(Self.hex)")
        for text in ["", "ab", "ann@", "@kez.lat", "ann@kez@lat", "ed25519:00", "ann@-x.org", "ann@a..b"] {
            #expect(RecipientReference(text) == nil)
        }
    }

    @Test(arguments: ["kez.lat", "localhost", "localhost:6969", "127.0.0.1", "a-b.example"])
    func takesServerNames(text: String) { #expect(ServerName(text)?.text == text) }

    @Test(arguments: ["", ".", "a.", ".a", "-a", "a_b", "a b", "a/b", "a:0", "a:x", "a:+1", "ä.de"])
    func refusesOtherServerNames(text: String) { #expect(ServerName(text) == nil) }

    @Test func numbersShards() {
        #expect(Shard.all.map(\.digit).joined() == "0123456789abcdef")
        #expect(Shard(digit: "f")?.number == 15)
        for digit in ["", "F", "10", "g", "*"] { #expect(Shard(digit: digit) == nil) }
        #expect(Shard(number: 16) == nil)
    }
}
