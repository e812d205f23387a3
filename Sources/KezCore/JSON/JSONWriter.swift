/// Builds compact JSON, member by member, in the order of the calls.
package struct JSONWriter: Sendable {
    /// The text so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// The text of one object whose members `body` writes.
    package static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        self.enclose(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// The name of the member whose value the next call writes.
    package mutating func name(_ name: String) {
        self.separate()
        JSONText.append(name.utf8, to: &self.bytes)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ text: String) {
        self.separate()
        JSONText.append(text.utf8, to: &self.bytes)
    }

    package mutating func integer(_ number: some BinaryInteger) {
        self.raw(Array(String(number).utf8))
    }

    /// The shortest form of `number`; `null` when it is not finite.
    package mutating func number(_ number: Double) {
        self.raw(Array((JCS.text(of: number) ?? "null").utf8))
    }

    package mutating func bool(_ value: Bool) {
        self.raw(Array((value ? "true" : "false").utf8))
    }

    package mutating func null() {
        self.raw(Array("null".utf8))
    }

    /// A value that is JSON already, written as it is.
    package mutating func raw(_ json: some Collection<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: json)
    }

    package mutating func value(_ value: some JSONWritable) {
        value.write(to: &self)
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        self.separate()
        self.bytes.append(open)
        self.needsComma = false
        body(&self)
        self.bytes.append(close)
        self.needsComma = true
    }
}

/// What can write itself as one JSON value.
package protocol JSONWritable {
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    /// The value as a JSON text of its own.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        self.write(to: &writer)
        return writer.bytes
    }
}
