import Foundation
import KezCore
import Testing

@Suite struct JCSTests {
    @Test func writesTheNumbersOfTheVectors() throws {
        for vector in try Vectors().object("jcs").list("numbers") {
            let bits = try #require(UInt64(try vector.text("ieee754_be"), radix: 16))
            #expect(JCS.text(of: Double(bitPattern: bits)) == vector["expected"] as? String)
        }
    }

    @Test func canonicalisesTheDocumentsOfTheVectors() throws {
        for vector in try Vectors().object("jcs").list("documents") {
            let canonical = try JCS.canonical(parse(vector.text("input_json")))
            #expect(try Hex.encode(canonical) == vector.text("expected_utf8"))
            #expect(try JCS.canonical(parse(canonical.text)) == canonical)
        }
    }

    @Test func refusesTheNegativeVectors() throws {
        for vector in try Vectors().object("jcs").list("negative") {
            #expect(throws: JSONError.self) { try parse(vector.text("input_json")) }
        }
    }

    @Test(arguments: ["9007199254740992", "-9007199254740992", "123456789012345678901234567890"])
    func refusesIntegersThatOtherLanguagesRound(text: String) {
        #expect(throws: JCSError.integerOutOfRange(at: 1)) { try JCS.canonical(parse("[\(text)]")) }
    }

    @Test(arguments: ["1e400", "-1.5E999"])
    func refusesNumbersThatAreNotFinite(text: String) {
        #expect(throws: JCSError.notFinite(at: 0)) { try JCS.canonical(parse(text)) }
    }

    @Test(arguments: [
        ("9007199254740991", "9007199254740991"), ("-0", "0"), ("1E30", "1e+30"),
        ("9007199254740992.0", "9007199254740992"),
        ("1e-400", "0"),
    ])
    func takesTheOthers(text: String, canonical: String) throws {
        #expect(try JCS.canonical(parse(text)).text == canonical)
    }

    @Test func ordersNamesAsUTF16() {
        let names = [
            "", "a", "a\u{0}", "aa", "\u{7f}", "é", "\u{d7ff}", "\u{10000}", "😀", "\u{10ffff}", "\u{e000}", "\u{ffff}",
        ]
        for (position, left) in names.enumerated() {
            for (other, right) in names.enumerated() {
                let expected = Array(left.utf16).lexicographicallyPrecedes(Array(right.utf16))
                #expect(JCS.isBefore(Array(left.utf8)[...], Array(right.utf8)[...]) == expected, "\(position) \(other)")
            }
        }
    }

    @Test func writesNumbersThatReadTheSame() {
        var random = SplitMix(state: 42)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite, let text = JCS.text(of: number) else { continue }
            #expect(Double(text) == number)
            let magnitude = number.magnitude
            #expect(text.contains("e") == (magnitude != 0 && (magnitude >= 1e21 || magnitude < 1e-6)), "\(text)")
            #expect(!text.hasSuffix(".0") && !text.contains("E"))
        }
    }
}
