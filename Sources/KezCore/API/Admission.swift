/// The registry's answer to a callout or gateway that asks whether a key may come in.
///
/// Source: protocol, section 8 (`admit`).
package struct Admission: Equatable, Sendable, JSONWritable {
    /// nil for a key without a handle; never cached then.
    package let user: UserObject?
    package let isSuspended: Bool
    /// Why, for a suspended key.
    package let reason: String?
    /// nil for a suspension without an end, and without one.
    package let until: Timestamp?

    package init(user: UserObject?, isSuspended: Bool, reason: String? = nil, until: Timestamp? = nil) {
        self.user = user
        self.isSuspended = isSuspended
        self.reason = reason
        self.until = until
    }

    /// What a call that a suspended key may not make is refused with, `reason` and `until` in it; nil for others.
    package var refusal: KezError? { self.isSuspended ? .suspended(reason: self.reason, until: self.until) : nil }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.isSuspended = try members.bool("suspended")
        self.reason = try members.optionalString("reason")
        self.until = try members.optional("until", "a time") { $0.string.flatMap { Timestamp($0) } }
        if let user = json["user"], !user.isNull {
            self.user = try UserObject(json: user)
        } else {
            self.user = nil
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("user", value: self.user)
            writer.member("suspended", self.isSuspended)
            guard self.isSuspended else { return }
            writer.member("reason", self.reason)
            writer.member("until", self.until)
        }
    }
}

/// What a user is told of its own account.
///
/// Source: protocol, section 8 (`account.status`).
package struct AccountStatus: Equatable, Sendable, JSONWritable {
    package let handle: Handle?
    package let isSuspended: Bool
    package let reason: String?
    /// nil for a suspension without an end, and without one.
    package let until: Timestamp?

    package init(handle: Handle?, isSuspended: Bool, reason: String? = nil, until: Timestamp? = nil) {
        self.handle = handle
        self.isSuspended = isSuspended
        self.reason = reason
        self.until = until
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.handle = try members.optional("handle", "a handle") { $0.string.flatMap { Handle($0) } }
        self.isSuspended = try members.bool("suspended")
        self.reason = try members.optionalString("reason")
        self.until = try members.optional("until", "a time") { $0.string.flatMap { Timestamp($0) } }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("handle", self.handle?.text)
            writer.member("suspended", self.isSuspended)
            writer.member("reason", self.reason)
            writer.member("until", self.until)
        }
    }
}
