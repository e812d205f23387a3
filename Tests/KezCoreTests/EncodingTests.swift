import Foundation
import KezCore
import Testing

@Suite struct EncodingTests {
    @Test(arguments: ["a", "AB", "0g", "0 ", "é0"])
    func refusesWhatIsNoLowercaseHex(text: String) { #expect(Hex.decode(text) == nil) }

    @Test func codesHex() {
        let all = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.encode([0, 0x0f, 0xf0]) == "000ff0")
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: 0..<70)
    func codesBase64LikeFoundation(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
        #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test(arguments: ["A", "AA", "AA=", "AB==", "AAB=", "AA==AA==", "A===", "====", "AA-_", "AA\n=", "=AAA"])
    func refusesOtherBase64(text: String) { #expect(Base64.decode(text) == nil) }
}

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2026-05-25T03:00:00Z", 1_779_678_000, 0),
            ("2026-05-25T03:00:00.5Z", 1_779_678_000, 500_000_000),
            ("2026-05-25T03:00:00.123456789999Z", 1_779_678_000, 123_456_789), ("1969-12-31T23:59:59Z", -1, 0),
            ("2000-02-29T00:00:00Z", 951_782_400, 0), ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
        ] as [(String, Int64, Int32)])
    func readsUTC(text: String, seconds: Int64, nanoseconds: Int32) throws {
        let parsed = try time(text)
        #expect(parsed.unixSeconds == seconds)
        #expect(parsed.nanoseconds == nanoseconds)
        #expect(parsed.text == text.prefix(19) + "Z")
    }

    @Test(arguments: [
        "", "2026-05-25T03:00:00", "2026-05-25T03:00:00+00:00", "2026-05-25t03:00:00Z", "2026-05-25T03:00:00z",
        "2026-05-25 03:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-05-25T24:00:00Z", "2026-05-25T03:60:00Z", "2026-05-25T03:00:60Z",
        "2026-05-25T03:00:00.Z", "2026-05-25T03:00:00.x1Z", "2026-05-25T03:00:00.1.2Z", "26-05-25T03:00:00Z",
        "+026-05-25T03:00:00Z", "2026-05-25T03:00:00ZZ", " 2026-05-25T03:00:00Z",
    ])
    func refusesOtherTimes(text: String) { #expect(Timestamp(text) == nil) }

    @Test func agreesWithFoundationOnEveryDay() {
        for day in stride(from: -140_000, through: 200_000, by: 37) {
            let ours = Timestamp(unixSeconds: Int64(day) * 86_400 + 3661, nanoseconds: 7_000_000)
            let theirs = Date(timeIntervalSince1970: Double(day) * 86_400 + 3661)
            #expect(ours.text == theirs.ISO8601Format())
            #expect(Timestamp(ours.textWithMilliseconds) == ours)
        }
    }

    @Test func measuresWindowsBothWays() throws {
        let now = try time("2026-05-25T03:00:00Z")
        for offset in [-300, 300] as [Int64] {
            #expect(now.advanced(by: .seconds(offset)).isWithin(.seconds(300), of: now))
            let beyond = now.advanced(by: .seconds(offset) + .milliseconds(offset.signum()))
            #expect(!beyond.isWithin(.seconds(300), of: now))
        }
        #expect(now.advanced(by: .milliseconds(-1)).textWithMilliseconds == "2026-05-25T02:59:59.999Z")
        #expect(Timestamp(unixNanoseconds: -1).textWithMilliseconds == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(unixNanoseconds: 1_779_678_000_000_000_001).unixNanoseconds == 1_779_678_000_000_000_001)
    }
}
