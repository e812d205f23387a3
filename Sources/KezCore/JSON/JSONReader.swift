/// The state machine that turns bytes into nodes; used by `JSONDocument` only.
///
/// It recurses once a level, and the levels are bounded before it does.
struct JSONReader {
    let bytes: [UInt8]
    let maximumDepth: Int
    private(set) var nodes: [JSONNode] = []
    private var position = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func readDocument() throws(JSONError) {
        guard self.bytes.count <= Int(Int32.max) else { throw .tooLarge }
        self.nodes.reserveCapacity(min(64, self.bytes.count / 2 + 1))
        self.skipSpace()
        try self.readValue(depth: 0)
        self.skipSpace()
        guard self.position == self.bytes.count else { throw .trailingBytes(at: self.position) }
    }

    private mutating func readValue(depth: Int) throws(JSONError) {
        guard self.position < self.bytes.count else { throw .unexpectedEnd }
        switch self.bytes[self.position] {
        case UInt8(ascii: "{"): try self.readObject(depth: depth + 1)
        case UInt8(ascii: "["): try self.readArray(depth: depth + 1)
        case UInt8(ascii: "\""): try self.readString()
        case UInt8(ascii: "t"): try self.readLiteral("true", as: .true)
        case UInt8(ascii: "f"): try self.readLiteral("false", as: .false)
        case UInt8(ascii: "n"): try self.readLiteral("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try self.readNumber()
        default: throw .unexpectedByte(at: self.position)
        }
    }

    private mutating func readObject(depth: Int) throws(JSONError) {
        let object = try self.open(.object, depth: depth)
        var members = 0
        if try !self.take(UInt8(ascii: "}")) {
            repeat {
                self.skipSpace()
                guard self.position < self.bytes.count else { throw .unexpectedEnd }
                guard self.bytes[self.position] == UInt8(ascii: "\"") else {
                    throw .unexpectedByte(at: self.position)
                }
                try self.readString()
                guard try self.take(UInt8(ascii: ":")) else { throw .unexpectedByte(at: self.position) }
                self.skipSpace()
                try self.readValue(depth: depth)
                members += 1
            } while try self.take(UInt8(ascii: ","))
            guard try self.take(UInt8(ascii: "}")) else { throw .unexpectedByte(at: self.position) }
        }
        self.close(object)
        if members > 1 { try JSONNames.refuseDuplicates(of: object, in: self.nodes, bytes: self.bytes, count: members) }
    }

    private mutating func readArray(depth: Int) throws(JSONError) {
        let array = try self.open(.array, depth: depth)
        if try !self.take(UInt8(ascii: "]")) {
            repeat {
                self.skipSpace()
                try self.readValue(depth: depth)
            } while try self.take(UInt8(ascii: ","))
            guard try self.take(UInt8(ascii: "]")) else { throw .unexpectedByte(at: self.position) }
        }
        self.close(array)
    }

    /// Begins an array or object; its end is filled in by `close`.
    private mutating func open(_ kind: JSONNode.Kind, depth: Int) throws(JSONError) -> Int {
        guard depth <= self.maximumDepth else { throw .tooDeep(maximum: self.maximumDepth) }
        self.append(kind, from: self.position, to: self.position)
        self.position += 1
        return self.nodes.count - 1
    }

    private mutating func close(_ index: Int) {
        self.nodes[index].end = UInt32(self.position)
        self.nodes[index].next = UInt32(self.nodes.count)
    }

    private mutating func append(_ kind: JSONNode.Kind, from start: Int, to end: Int) {
        let next = UInt32(self.nodes.count + 1)
        self.nodes.append(JSONNode(kind: kind, start: UInt32(start), end: UInt32(end), next: next))
    }

    /// Skips white space and takes `byte` if it comes next.
    private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
        self.skipSpace()
        guard self.position < self.bytes.count else { throw .unexpectedEnd }
        guard self.bytes[self.position] == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func skipSpace() {
        while self.position < self.bytes.count {
            switch self.bytes[self.position] {
            case 0x20, 0x09, 0x0a, 0x0d: self.position += 1
            default: return
            }
        }
    }

    private mutating func readLiteral(_ literal: StaticString, as kind: JSONNode.Kind) throws(JSONError) {
        let start = self.position
        for expected in String(describing: literal).utf8 {
            guard self.position < self.bytes.count else { throw .unexpectedEnd }
            guard self.bytes[self.position] == expected else { throw .unexpectedByte(at: self.position) }
            self.position += 1
        }
        self.append(kind, from: start, to: self.position)
    }

    // MARK: Numbers

    private mutating func readNumber() throws(JSONError) {
        let start = self.position
        var kind = JSONNode.Kind.integer
        if self.bytes[self.position] == UInt8(ascii: "-") { self.position += 1 }
        let whole = self.position
        try self.readDigits(from: start)
        if self.position - whole > 1, self.bytes[whole] == UInt8(ascii: "0") { throw .badNumber(at: start) }
        if self.next(is: UInt8(ascii: "."), or: UInt8(ascii: ".")) {
            kind = .fraction
            self.position += 1
            try self.readDigits(from: start)
        }
        if self.next(is: UInt8(ascii: "e"), or: UInt8(ascii: "E")) {
            kind = .fraction
            self.position += 1
            if self.next(is: UInt8(ascii: "+"), or: UInt8(ascii: "-")) { self.position += 1 }
            try self.readDigits(from: start)
        }
        self.append(kind, from: start, to: self.position)
    }

    /// One digit or more.
    private mutating func readDigits(from start: Int) throws(JSONError) {
        let first = self.position
        while self.position < self.bytes.count, self.bytes[self.position] &- UInt8(ascii: "0") <= 9 {
            self.position += 1
        }
        guard self.position > first else { throw .badNumber(at: start) }
    }

    private func next(is one: UInt8, or other: UInt8) -> Bool {
        guard self.position < self.bytes.count else { return false }
        return self.bytes[self.position] == one || self.bytes[self.position] == other
    }

    // MARK: Strings

    private mutating func readString() throws(JSONError) {
        let start = self.position
        var kind = JSONNode.Kind.string
        self.position += 1
        while true {
            self.skipPlainCharacters()
            guard self.position < self.bytes.count else { throw .unexpectedEnd }
            switch self.bytes[self.position] {
            case UInt8(ascii: "\""):
                self.position += 1
                self.append(kind, from: start, to: self.position)
                return
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try self.readEscape()
            case 0..<0x20: throw .controlCharacter(at: self.position)
            default:
                guard let length = UTF8Sequence.length(in: self.bytes, at: self.position) else {
                    throw .invalidUTF8(at: self.position)
                }
                self.position += length
            }
        }
    }

    /// Runs over ASCII that needs no attention; a sealed message is almost nothing else.
    private mutating func skipPlainCharacters() {
        let bytes = self.bytes
        var index = self.position
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            index += 1
        }
        self.position = index
    }

    private mutating func readEscape() throws(JSONError) {
        let start = self.position
        guard start + 1 < self.bytes.count else { throw .unexpectedEnd }
        self.position += 2
        switch self.bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try self.readCodeUnit(from: start)
            guard unit & 0xf800 == 0xd800 else { return }
            guard unit < 0xdc00, self.position + 1 < self.bytes.count,
                self.bytes[self.position] == UInt8(ascii: "\\"), self.bytes[self.position + 1] == UInt8(ascii: "u")
            else { throw .loneSurrogate(at: start) }
            self.position += 2
            guard try self.readCodeUnit(from: start) & 0xfc00 == 0xdc00 else { throw .loneSurrogate(at: start) }
        default: throw .badEscape(at: start)
        }
    }

    private mutating func readCodeUnit(from start: Int) throws(JSONError) -> UInt16 {
        guard let unit = JSONText.codeUnit(in: self.bytes, at: self.position) else { throw .badEscape(at: start) }
        self.position += 4
        return unit
    }
}
