/// The two directions of JSON's string escapes.
enum JSONText {
    /// The UTF-8 bytes of a string node that is known to be well formed, quotation marks excluded.
    static func unescape(_ bytes: [UInt8], from start: Int, to end: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(end - start)
        var index = start
        while index < end {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < end else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = UInt32(self.codeUnit(in: bytes, at: index) ?? 0xfffd)
                index += 4
                if scalar & 0xfc00 == 0xd800, let low = self.codeUnit(in: bytes, at: index + 2) {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + UInt32(low & 0x3ff)
                    index += 6
                }
                text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
            default: text.append(escape)
            }
        }
        return text
    }

    /// The four hexadecimal digits (of either case) at `index`.
    static func codeUnit(in bytes: [UInt8], at index: Int) -> UInt16? {
        guard index + 4 <= bytes.count else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[index..<index + 4] {
            // Setting bit 5 folds A–F to a–f and leaves the digits as they are.
            guard let value = Hex.value(of: byte < 0x40 ? byte : byte | 0x20) else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    /// Appends `text` in quotation marks, escaping only what RFC 8785 escapes.
    ///
    /// Source: RFC 8785, section 3.2.2.2.
    static func append(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0x0a: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0c: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
            case 0x0d: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0..<0x20: bytes += Array("\\u00\(Hex.encode([byte]))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
