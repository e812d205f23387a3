extension Timestamp {
    /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z`.
    ///
    /// Digits of the fraction beyond the ninth are dropped.
    ///
    /// - Returns: nil for anything else: other zones, lowercase `t` or `z`, days the calendar lacks, second 60.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 64, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]), hour < 24,
            let minute = Self.number(bytes[14..<16]), minute < 60,
            let second = Self.number(bytes[17..<19]), second < 60,
            let nanoseconds = Self.nanoseconds(bytes[19..<bytes.count - 1])
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.exists else { return nil }
        self.init(
            unixSeconds: date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second, nanoseconds: nanoseconds)
    }

    /// To the second, `2026-05-25T03:00:00Z`; a fraction is dropped.
    package var text: String { self.text(fraction: "") }

    /// To the millisecond, `2026-05-25T03:00:00.000Z`; the rest is dropped.
    package var textWithMilliseconds: String {
        self.text(fraction: "." + Self.padded(Int64(self.nanoseconds / 1_000_000), to: 3))
    }

    private func text(fraction: String) -> String {
        let days = (self.unixSeconds >= 0 ? self.unixSeconds : self.unixSeconds - 86_399) / 86_400
        let second = self.unixSeconds - days * 86_400
        let date = CivilDate(daysSince1970: days)
        let day = "\(Self.padded(date.year, to: 4))-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))"
        let hour = Self.padded(second / 3600, to: 2)
        let minute = Self.padded(second / 60 % 60, to: 2)
        return "\(day)T\(hour):\(minute):\(Self.padded(second % 60, to: 2))\(fraction)Z"
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard digit &- UInt8(ascii: "0") <= 9 else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    /// The part after the seconds: nothing, or a point and one digit or more.
    private static func nanoseconds(_ fraction: ArraySlice<UInt8>) -> Int32? {
        guard let point = fraction.first else { return 0 }
        let digits = fraction.dropFirst()
        guard point == UInt8(ascii: "."), !digits.isEmpty,
            digits.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), var kept = self.number(digits.prefix(9))
        else { return nil }
        for _ in 0..<max(0, 9 - digits.count) { kept *= 10 }
        return Int32(kept)
    }
}
