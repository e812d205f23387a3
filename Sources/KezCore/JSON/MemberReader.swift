/// Reads the members of one object, refusing what is missing or ill-typed with one code.
///
/// Further members are ignored, as the protocol asks.
package struct MemberReader {
    package let value: JSONValue
    /// What a missing or ill-typed member is answered with.
    private let code: ErrorCode

    /// - Throws: `KezError` with `code` when `value` is no object.
    package init(_ value: JSONValue, refusing code: ErrorCode = .badRequest) throws(KezError) {
        guard value.isObject else { throw KezError(code, "A JSON object is needed.") }
        self.value = value
        self.code = code
    }

    /// Reads the members of a whole body.
    ///
    /// - Throws: `KezError` with `bad_json`, or with `code` when it is no object.
    package init(body: [UInt8], refusing code: ErrorCode = .badRequest) throws(KezError) {
        try self.init(JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth).root, refusing: code)
    }

    /// The member, which `read` turns into what is needed.
    ///
    /// - Parameter expected: completes the sentence "The member `name` must be …".
    package func required<Result>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Result?
    ) throws(KezError) -> Result {
        guard let member = self.value[name] else {
            throw KezError(self.code, "The member `\(name)` is missing; it must be \(expected).")
        }
        guard let result = read(member) else { throw KezError(self.code, "The member `\(name)` must be \(expected).") }
        return result
    }

    /// The same for a member that may be absent or `null`.
    package func optional<Result>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Result?
    ) throws(KezError) -> Result? {
        guard let member = self.value[name], !member.isNull else { return nil }
        return try self.required(name, expected, read)
    }
}

extension MemberReader {
    package func string(_ name: String) throws(KezError) -> String {
        try self.required(name, "a string") { $0.string }
    }

    package func optionalString(_ name: String) throws(KezError) -> String? {
        try self.optional(name, "a string") { $0.string }
    }

    package func bool(_ name: String) throws(KezError) -> Bool {
        try self.required(name, "true or false") { $0.bool }
    }

    package func integer(_ name: String) throws(KezError) -> Int64 {
        try self.required(name, "a whole number") { $0.integer }
    }

    package func unsigned(_ name: String) throws(KezError) -> UInt64 {
        try self.required(name, "a whole number of 0 or more") { $0.unsigned }
    }

    package func count(_ name: String) throws(KezError) -> Int {
        try self.required(name, "a whole number of 0 or more") { member in
            member.unsigned.flatMap { Int(exactly: $0) }
        }
    }

    package func primary(_ name: String) throws(KezError) -> Primary {
        try self.required(name, "`ed25519:` and 64 lowercase hexadecimal digits") { member in
            member.string.flatMap { Primary(text: $0) }
        }
    }

    package func timestamp(_ name: String) throws(KezError) -> Timestamp {
        try self.required(name, "a time such as 2026-05-25T03:00:00Z") { member in
            member.string.flatMap { Timestamp($0) }
        }
    }

    package func object(_ name: String) throws(KezError) -> JSONValue {
        try self.required(name, "an object") { $0.isObject ? $0 : nil }
    }

    package func array(_ name: String) throws(KezError) -> [JSONValue] {
        try self.required(name, "a list") { $0.array }
    }

    /// The members of the object of that name, refused with the same code.
    package func members(of name: String) throws(KezError) -> MemberReader {
        try MemberReader(self.object(name), refusing: self.code)
    }
}
