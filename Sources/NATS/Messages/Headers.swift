/// Headers of a message, in order; names are case-sensitive, as NATS has them.
package struct Headers: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var fields: [Field]

    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package init() { self.fields = [] }

    package init(dictionaryLiteral elements: (String, String)...) {
        self.fields = elements.map { Field(name: $0, value: $1) }
    }

    package var isEmpty: Bool { self.fields.isEmpty }

    package mutating func append(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }

    /// The **last** value of `name`: the broker appends its own fields to the publisher's, so the last
    /// one is the broker's word and an earlier one may be forged.
    package subscript(_ name: String) -> String? {
        self.fields.last { $0.name == name }?.value
    }

    /// Whether each field can be sent: no control characters, no colon or space in a name.
    var isValid: Bool {
        self.fields.allSatisfy { field in
            !field.name.isEmpty
                && field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
                && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }
}
