import Foundation
import KezCore
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "nul", "tru", "True",
        "01", "-", "+1", "1.", ".5", "1e", "1e+", "-01", "0x1", "NaN", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"",
        "\"a\nb\"", "\"\u{0}\"", "\u{feff}{}", "{} {}", "{}x", "'a'", "[1]]",
    ])
    func refusesWhatIsNoJSON(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(arguments: [
        "{}", "[]", " [ ] ", "\"\"", "0", "-0", "1.5e-3", "1E+2", "true", "false", "null", "\t{\"a\" : [ 1 , 2 ] }\r\n",
        "\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\"", "\"\\uffff\"", "123456789012345678901234567890",
    ])
    func acceptsJSON(text: String) throws {
        #expect(try parse(text).raw == Array(text.utf8).trimmed)
    }

    @Test(arguments: ["{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[{\"é\":1,\"\\u00e9\":2}]"])
    func refusesDuplicateNames(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func refusesADuplicateAmongManyNames() throws {
        let names = (0..<1000).map { "\"name\($0)\":0" }
        #expect(try parse("{\(names.joined(separator: ","))}").object?.count == 1000)
        #expect(throws: JSONError.self) { try parse("{\(names.joined(separator: ",")),\"name\\u0035\":1}") }
    }

    @Test func tellsCanonicallyEquivalentNamesApart() throws {
        let value = try parse("{\"A\\u030a\":1,\"\\u00c5\":2}")
        #expect(value.object?.count == 2)
        #expect(value["\u{c5}"]?.integer == 2)
        #expect(value["A\u{30a}"]?.integer == 1)
    }

    @Test(arguments: [
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\udc00\\ud800\"", "{\"\\udc00\":1}",
    ])
    func refusesLoneSurrogates(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
            [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xc3], [0xe2, 0x82],
            [0xe2, 0x28, 0xa1],
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) {
            try JSONDocument(parsing: [0x22] + bytes + [0x22], maximumDepth: 4)
        }
    }

    @Test(arguments: ["\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"])
    func acceptsEveryLengthOfUTF8(character: String) throws {
        #expect(try parse("\"\(character)\"").string == character)
    }

    @Test func boundsTheDepth() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try parse(nested(24), depth: 24).isArray)
        #expect(throws: JSONError.tooDeep(maximum: 24)) { try parse(nested(25), depth: 24) }
        #expect(throws: JSONError.tooDeep(maximum: 32)) { try parse(nested(200_000), depth: 32) }
    }

    @Test func givesMembersAsTheyWereSent() throws {
        let value = try parse("{ \"a\" : { \"b\":[1, 2.0,\"\\u00e9\"] } , \"c\":null}")
        let inner = try #require(value["a"])
        #expect(inner.raw.text == "{ \"b\":[1, 2.0,\"\\u00e9\"] }")
        #expect(inner["b"]?.array?.map(\.integer) == [1, nil, nil])
        #expect(inner["b"]?.array?[1].number == 2)
        #expect(inner["b"]?.array?[2].string == "é")
        #expect(value["c"]?.isNull == true)
        #expect(value["d"] == nil)
        #expect(try parse("[\"a\"]")["a"] == nil)
    }

    @Test func readsIntegersExactly() throws {
        #expect(try parse("9223372036854775807").integer == .max)
        #expect(try parse("-9223372036854775808").integer == .min)
        #expect(try parse("9223372036854775808").integer == nil)
        #expect(try parse("18446744073709551615").unsigned == .max)
        #expect(try parse("-1").unsigned == nil)
        #expect(try parse("1.0").integer == nil)
        #expect(try parse("1e3").integer == nil)
        #expect(try parse("1e400").number == nil)
        #expect(try parse("1e-400").number == 0)
    }

    @Test func writesCompactJSON() throws {
        let bytes = JSONWriter.object { writer in
            writer.member("a", "\"\\\n\u{1}/é")
            writer.member("b", nil as String?)
            writer.member("c", ["x", "y"])
            writer.member("d") { $0.member("e", true) }
            writer.member("f", raw: Array("[1]".utf8))
            writer.member("g", UInt64.max)
        }
        #expect(
            bytes.text
                == "{\"a\":\"\\\"\\\\\\n\\u0001/é\",\"b\":null,\"c\":[\"x\",\"y\"],\"d\":{\"e\":true},\"f\":[1],\"g\":18446744073709551615}"
        )
        #expect(try JSONDocument(parsing: bytes, maximumDepth: 3).root["a"]?.string == "\"\\\n\u{1}/é")
    }

    @Test func readsAHostileObjectInLinearTime() throws {
        let names = (0..<40_000).map { "\"\($0)\":0" }.joined(separator: ",")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try parse("{\(names)}").isObject)
        #expect(clock.now - start < .seconds(10))
    }

    /// Mutated documents: what Foundation takes we take, except where the protocol asks for more.
    @Test func agreesWithFoundation() throws {
        var random = SplitMix(state: 0x6b657a)
        let seeds = [
            "{\"a\":[1,-2.5e3,true,null],\"b\":{\"c\":\"x\\n\\u00e9\"}}", "[[],{},\"\",0.1,\"\\ud83d\\ude00\"]",
            "{\"kez\":\"message\",\"payload\":{\"version\":1}}",
        ]
        let alphabet = Array("{}[]\",:0123-+.eE\\utrnfalse \n\u{1}".utf8)
        for _ in 0..<4000 {
            var bytes = Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8)
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(bytes.count))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                switch random.next() % 3 {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            let ours = try? JSONDocument(parsing: bytes, maximumDepth: 32)
            guard ours != nil else { continue }
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil,
                "we take what Foundation refuses: \(bytes.text)")
        }
    }

    /// Generated documents are taken, and read as Foundation reads them.
    @Test func readsWhatFoundationWrites() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<500 {
            let object = ["a": random.object(depth: 3), "b": random.object(depth: 2)]
            let data = try JSONSerialization.data(withJSONObject: object)
            let root = try JSONDocument(parsing: Array(data), maximumDepth: 32).root
            let canonical = try JCS.canonical(root)
            let again = try JSONSerialization.jsonObject(with: Data(canonical)) as? NSDictionary
            #expect(again == (try JSONSerialization.jsonObject(with: data) as? NSDictionary))
        }
    }
}

extension [UInt8] {
    fileprivate var trimmed: [UInt8] {
        let space: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d]
        return Array(self.drop { space.contains($0) }.reversed().drop { space.contains($0) }.reversed())
    }
}

/// A random source with a seed, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func object(depth: Int) -> Any {
        switch self.next() % (depth > 0 ? 7 : 5) {
        case 0: return Int(self.next() % 1000)
        case 1: return Double(self.next() % 1_000_000) / 1024
        case 2: return self.next().isMultiple(of: 2)
        case 3: return NSNull()
        case 4: return ["", "a\"b", "\u{1}\n", "é漢", "😀\u{e000}"][Int(self.next() % 5)]
        case 5: return (0..<self.next() % 4).map { _ in self.object(depth: depth - 1) }
        default:
            var members: [String: Any] = [:]
            for index in 0..<self.next() % 12 {
                members[["é", "a", "\u{ffff}", "😀", "k"][Int(index % 5)] + "\(index)"] = self.object(depth: depth - 1)
            }
            return members
        }
    }
}
