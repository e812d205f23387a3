/// One-line members, so that a wire model reads like the object it writes; a nil is written as `null`.
extension JSONWriter {
    package mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        if let text { self.string(text) } else { self.null() }
    }

    package mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
        self.name(name)
        if let number { self.integer(number) } else { self.null() }
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        self.bool(value)
    }

    package mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        self.array { writer in
            for text in texts { writer.string(text) }
        }
    }

    package mutating func member(_ name: String, _ primary: Primary) {
        self.member(name, primary.text)
    }

    /// To the millisecond, as every time that a server writes.
    package mutating func member(_ name: String, _ time: Timestamp?) {
        self.member(name, time?.textWithMilliseconds)
    }

    package mutating func member(_ name: String, value: (some JSONWritable)?) {
        self.name(name)
        if let value { value.write(to: &self) } else { self.null() }
    }

    package mutating func member(_ name: String, raw json: some Collection<UInt8>) {
        self.name(name)
        self.raw(json)
    }

    package mutating func member(_ name: String, object body: (inout JSONWriter) -> Void) {
        self.name(name)
        self.object(body)
    }
}
