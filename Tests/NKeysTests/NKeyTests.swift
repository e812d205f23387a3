import Foundation
import KezTesting
import NKeys
import Testing

struct KeyVector: Decodable {
    let `public`: String
    let nkey_public: String
    let nkey_seed: String
    let nonce_text: String
    let sig_base64url: String

    static func all() throws -> [KeyVector] {
        struct File: Decodable { let nkeys: [KeyVector] }
        let data = try Data(contentsOf: URL(filePath: ProjectFiles.path("Tests/Vectors/vectors.json")))
        return try JSONDecoder().decode(File.self, from: data).nkeys
    }
}

/// Texts that differ from a good one in one way each.
func malformations(of text: String) -> [String] {
    [
        "", String(text.dropLast()), text + "A", text.lowercased(), " " + text, text + "=", String(text.dropFirst()),
        text.dropLast() + (text.hasSuffix("A") ? "B" : "A"), "1" + text.dropFirst(), "Z" + text.dropFirst(),
        String(text.reversed()), String(repeating: "B", count: text.count), String(repeating: "é", count: text.count),
    ]
}

@Suite struct NKeyTests {
    @Test func readsAndWritesTheVectors() throws {
        let vectors = try KeyVector.all()
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let pair = try NKeyPair(seed: vector.nkey_seed, role: .user)
            #expect(pair.publicKey.text == vector.nkey_public)
            #expect(pair.seedText == vector.nkey_seed)
            #expect(pair.publicKey.publicKey.map { String(format: "%02x", $0) }.joined() == vector.public)
            #expect(try NKey(text: vector.nkey_public) == pair.publicKey)
            #expect(Base64URL.encode(pair.sign(Array(vector.nonce_text.utf8))) == vector.sig_base64url)
        }
    }

    @Test(arguments: NKeyRole.allCases)
    func everyRoleRoundTrips(role: NKeyRole) throws {
        let key = try NKey(role: role, publicKey: [UInt8](0..<32))
        #expect(key.text.first == role.rawValue)
        #expect(key.text.count == 56)
        #expect(try NKey(text: key.text, role: role) == key)
        for other in NKeyRole.allCases where other != role {
            #expect(throws: NKeyError.wrongRole(role)) { try NKey(text: key.text, role: other) }
        }
        guard role != .curve else { return }
        let pair = NKeyPair.generate(role: role)
        #expect(pair.seedText.prefix(2) == "S\(role.rawValue)")
        #expect(try NKeyPair(seed: pair.seedText, role: role).publicKey == pair.publicKey)
        for other in NKeyRole.allCases where other != role {
            #expect(throws: NKeyError.wrongRole(role)) { try NKeyPair(seed: pair.seedText, role: other) }
        }
        #expect(throws: NKeyError.wrongRole(role)) { try XKeyPair(seed: pair.seedText) }
    }

    @Test(arguments: [0, 31, 33])
    func refusesAKeyOfWrongLength(count: Int) {
        #expect(throws: NKeyError.malformed) { try NKey(role: .user, publicKey: [UInt8](repeating: 1, count: count)) }
    }

    @Test func refusesMalformedPublicTexts() throws {
        let pair = NKeyPair.generate(role: .user)
        for text in malformations(of: pair.publicKey.text) + [pair.seedText] where text != pair.publicKey.text {
            #expect(throws: NKeyError.self, "\(text)") { try NKey(text: text) }
        }
    }

    @Test func refusesMalformedSeeds() throws {
        let pair = NKeyPair.generate(role: .user)
        for text in malformations(of: pair.seedText) + [pair.publicKey.text] where text != pair.seedText {
            #expect(throws: NKeyError.malformed) { try NKeyPair(seed: text) }
            #expect(throws: NKeyError.malformed) { try XKeyPair(seed: text) }
        }
    }

    /// A text has bits to spare; were they ignored, one key would have several texts.
    @Test func aSeedHasExactlyOneText() throws {
        let text = NKeyPair.generate(role: .user).seedText
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let accepted = alphabet.filter { (try? NKeyPair(seed: text.dropLast() + String($0))) != nil }
        #expect(accepted == [text.last])
    }

    @Test func errorsSayNothingOfTheText() {
        let seed = NKeyPair.generate(role: .user).seedText
        #expect(!"\(NKeyError.malformed)\(NKeyError.wrongRole(.user))".contains(seed.prefix(4)))
        #expect { try NKeyPair(seed: seed + "x") } throws: { !"\($0)".contains(seed.prefix(8)) }
    }
}

@Suite struct Base64URLTests {
    @Test func roundTripsEveryLength() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 251) }
            let text = Base64URL.encode(bytes)
            #expect(!text.contains { "+/=".contains($0) })
            #expect(Base64URL.decode(text) == bytes)
            #expect(Base64URL.decode(Data(bytes).base64EncodedString()) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA=A", "AAAAA", "A A A", "A\nAAA", "ä", "AA*A", "====", "=", "AAA==", "AA=", "AAAA=", "AAAA====", "AB",
    ])
    func refusesWhatCannotBe(text: String) { #expect(Base64URL.decode(text) == nil) }
}
