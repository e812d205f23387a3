/// The canonical form over which every signature and hash of kez is computed.
///
/// Source: RFC 8785; protocol, section 1.
package enum JCS {
    /// The canonical UTF-8 bytes of `value`, as it was received.
    ///
    /// - Throws: `JCSError` for an integer literal beyond ±(2^53−1) and a number that is no finite double.
    package static func canonical(_ value: JSONValue) throws(JCSError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.range.count)
        try self.append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: JSONValue, to bytes: inout [UInt8]) throws(JCSError) {
        switch value.kind {
        case .null, .true, .false: bytes.append(contentsOf: value.document.bytes[value.range])
        case .integer, .fraction: bytes.append(contentsOf: try self.number(value).utf8)
        case .string, .escapedString: self.appendString(value, to: &bytes)
        case .array:
            bytes.append(UInt8(ascii: "["))
            for (index, element) in (value.array ?? []).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try self.append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object:
            let members = (value.object ?? []).sorted { self.isBefore($0.nameBytes, $1.nameBytes) }
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(member.nameBytes, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                try self.append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func appendString(_ value: JSONValue, to bytes: inout [UInt8]) {
        // A string that was sent without escapes holds nothing to escape: it is canonical already.
        if value.kind == .string {
            bytes.append(contentsOf: value.document.bytes[value.range])
        } else {
            JSONText.append(value.stringBytes ?? [], to: &bytes)
        }
    }

    private static func number(_ value: JSONValue) throws(JCSError) -> String {
        if value.isIntegerLiteral {
            guard let integer = value.integer, integer.magnitude < 1 << 53 else {
                throw .integerOutOfRange(at: value.range.lowerBound)
            }
            return String(integer)
        }
        guard let number = value.number, let text = self.text(of: number) else {
            throw .notFinite(at: value.range.lowerBound)
        }
        return text
    }

    /// Whether `left` sorts before `right` as UTF-16 code units; both are well-formed UTF-8.
    ///
    /// Bytes compare like code points, and those differ from UTF-16 in one thing: characters beyond
    /// U+FFFF (lead bytes F0–F4) are surrogates there, below U+E000–U+FFFF (lead bytes EE, EF).
    ///
    /// Source: RFC 8785, section 3.2.3.
    package static func isBefore(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        for (one, other) in zip(left, right) where one != other {
            if one >= 0xee, other >= 0xee, (one >= 0xf0) != (other >= 0xf0) { return one >= 0xf0 }
            return one < other
        }
        return left.count < right.count
    }
}

/// Why a value has no canonical form; offsets count bytes of the document.
package enum JCSError: Error, Equatable, Sendable, CustomStringConvertible {
    case integerOutOfRange(at: Int)
    case notFinite(at: Int)

    package var description: String {
        switch self {
        case .integerOutOfRange(let offset): "the integer at byte \(offset) is beyond ±(2^53−1)"
        case .notFinite(let offset): "the number at byte \(offset) is too large"
        }
    }
}
