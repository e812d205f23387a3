/// A JSON text that was read once and keeps its bytes, so that a part of it can be stored as it was sent.
///
/// The structure is a flat array of nodes with byte ranges: nothing is decoded until it is asked for.
/// Every envelope and every body goes through here, hostile ones too: time is linear in the bytes.
package struct JSONDocument: Sendable {
    /// The text as it was given.
    package let bytes: [UInt8]
    let nodes: [JSONNode]

    /// Reads `bytes` as one JSON text.
    ///
    /// - Parameter maximumDepth: levels of arrays and objects; 24 for envelopes, 32 for anything else (`Limits`).
    /// - Throws: `JSONError` for what RFC 8259 forbids, and for duplicate member names (compared after
    ///   unescaping), lone surrogates, invalid UTF-8, a byte order mark, trailing bytes, too deep nesting.
    ///
    /// Source: protocol, section 1.
    package init(parsing bytes: [UInt8], maximumDepth: Int) throws(JSONError) {
        var reader = JSONReader(bytes: bytes, maximumDepth: maximumDepth)
        try reader.readDocument()
        self.bytes = bytes
        self.nodes = reader.nodes
    }

    /// The whole text's value.
    package var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// One value or member name of a document, in the order of the text.
struct JSONNode: Sendable {
    enum Kind: UInt8, Sendable {
        case null, `true`, `false`, integer, fraction, string, escapedString, array, object
    }

    var kind: Kind
    /// Where its bytes begin, the quotation mark or bracket included.
    var start: UInt32
    /// Where its bytes end, exclusive.
    var end: UInt32
    /// The node after this one and everything inside it.
    var next: UInt32
}
