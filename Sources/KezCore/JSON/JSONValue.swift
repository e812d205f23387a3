/// One value of a `JSONDocument`: a place in its text, decoded when asked.
package struct JSONValue: Sendable {
    /// The document whose text this is a part of.
    package let document: JSONDocument
    let index: Int

    private var node: JSONNode { self.document.nodes[self.index] }
    var kind: JSONNode.Kind { self.node.kind }

    /// Where the value stands in the document's bytes.
    package var range: Range<Int> { Int(self.node.start)..<Int(self.node.end) }

    /// The bytes of the value as they were sent.
    package var raw: [UInt8] { Array(self.document.bytes[self.range]) }

    package var isNull: Bool { self.kind == .null }
    package var isObject: Bool { self.kind == .object }
    package var isArray: Bool { self.kind == .array }

    /// The boolean; nil for any other kind.
    package var bool: Bool? {
        switch self.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The text of a string; nil for any other kind.
    package var string: String? {
        guard let bytes = self.stringBytes else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 bytes of a string, unescaped; nil for any other kind.
    package var stringBytes: ArraySlice<UInt8>? {
        guard self.kind == .string || self.kind == .escapedString else { return nil }
        return JSONNames.bytes(of: self.node, in: self.document.bytes)
    }

    /// Whether the value is a number written without a fraction or an exponent, however long.
    package var isIntegerLiteral: Bool { self.kind == .integer }

    /// The exact value of an integer literal that fits; nil for `1.0`, `1e3`, and what is no number.
    ///
    /// Literals only, because languages disagree on whether `1.0` is an integer.
    package var integer: Int64? {
        guard self.kind == .integer else { return nil }
        return Int64(self.literal)
    }

    /// The exact value of an integer literal from 0 to 2^64−1; nil for anything else.
    package var unsigned: UInt64? {
        guard self.kind == .integer else { return nil }
        return UInt64(self.literal)
    }

    /// The nearest double of a number; nil for any other kind, and when it is not finite.
    package var number: Double? {
        guard self.kind == .integer || self.kind == .fraction else { return nil }
        guard let number = Double(self.literal), number.isFinite else { return nil }
        return number
    }

    private var literal: String { String(decoding: self.document.bytes[self.range], as: UTF8.self) }

    /// The elements of an array; nil for any other kind.
    package var array: [JSONValue]? {
        guard self.kind == .array else { return nil }
        var elements: [JSONValue] = []
        var child = self.index + 1
        while child < Int(self.node.next) {
            elements.append(JSONValue(document: self.document, index: child))
            child = Int(self.document.nodes[child].next)
        }
        return elements
    }

    /// The members of an object in the order of the text; nil for any other kind.
    package var object: [JSONMember]? {
        guard self.kind == .object else { return nil }
        var members: [JSONMember] = []
        var child = self.index + 1
        while child < Int(self.node.next) {
            let name = JSONNames.bytes(of: self.document.nodes[child], in: self.document.bytes)
            members.append(
                JSONMember(nameBytes: name, value: JSONValue(document: self.document, index: child + 1)))
            child = Int(self.document.nodes[child + 1].next)
        }
        return members
    }

    /// The member of that name; nil when it is absent or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard self.kind == .object else { return nil }
        let end = Int(self.node.next)
        var child = self.index + 1
        while child < end {
            let node = self.document.nodes[child]
            if JSONNames.bytes(of: node, in: self.document.bytes).elementsEqual(name.utf8) {
                return JSONValue(document: self.document, index: child + 1)
            }
            child = Int(self.document.nodes[child + 1].next)
        }
        return nil
    }
}

/// A name and its value in an object.
package struct JSONMember: Sendable {
    let nameBytes: ArraySlice<UInt8>
    package let value: JSONValue

    package var name: String { String(decoding: self.nameBytes, as: UTF8.self) }
}
