/// Whom an operator means: exactly one of `primary` and `handle`.
package enum SuspensionTarget: Hashable, Sendable {
    /// Also a key without a handle.
    case primary(Primary)
    /// Of this server.
    case handle(Handle)

    /// - Throws: `KezError` with `bad_request` unless exactly one of the two is there and well formed.
    init(_ members: MemberReader) throws(KezError) {
        let primary = try members.optional("primary", "`ed25519:` and 64 hexadecimal digits") { member in
            member.string.flatMap { Primary(textOrHex: $0) }
        }
        let handle = try members.optional("handle", "a handle") { $0.string.flatMap { Handle($0) } }
        switch (primary, handle) {
        case (.some(let primary), nil): self = .primary(primary)
        case (nil, .some(let handle)): self = .handle(handle)
        default: throw KezError(.badRequest, "Exactly one of `primary` and `handle` is needed.")
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .primary(let primary): writer.member("primary", primary)
        case .handle(let handle): writer.member("handle", handle.text)
        }
    }
}

/// Suspends a key, or gives its suspension another reason and end.
package struct SuspendRequest: Equatable, Sendable, JSONWritable {
    package let target: SuspensionTarget
    /// 1…200 characters, one line.
    package let reason: String
    /// nil: until it is resumed.
    package let until: Timestamp?

    /// - Throws: `KezError` with `bad_request` for a reason that is empty, too long or has control characters.
    package init(_ target: SuspensionTarget, reason: String, until: Timestamp? = nil) throws(KezError) {
        guard 1...Suspension.maximumReason ~= reason.unicodeScalars.count,
            reason.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw KezError(
                .badRequest, "A reason of 1 to \(Suspension.maximumReason) characters on one line is needed.")
        }
        self.target = target
        self.reason = reason
        self.until = until
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        try self.init(
            SuspensionTarget(members), reason: try members.string("reason"),
            until: try members.optional("until", "a time such as 2026-05-25T03:00:00Z") { member in
                member.string.flatMap { Timestamp($0) }
            })
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.target.write(to: &writer)
            writer.member("reason", self.reason)
            if let until { writer.member("until", until) }
        }
    }
}

/// Ends a suspension.
package struct ResumeRequest: Equatable, Sendable, JSONWritable {
    package let target: SuspensionTarget

    package init(_ target: SuspensionTarget) { self.target = target }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) { self.init(try SuspensionTarget(MemberReader(json))) }

    package func write(to writer: inout JSONWriter) {
        writer.object { self.target.write(to: &$0) }
    }
}

/// Asks for the suspensions in force, a page at a time.
package struct BansRequest: Equatable, Sendable, JSONWritable {
    /// Keys after this one; nil from the first on.
    package let after: Primary?
    /// 1…500.
    package let limit: Int

    /// - Parameter limit: 100 when nil, taken as 1 or 500 outside that range.
    package init(after: Primary? = nil, limit: Int64? = nil) {
        self.after = after
        self.limit = Limits.page(limit)
    }

    /// - Throws: `KezError` with `bad_request` when a member is ill-typed; both may be absent.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(
            after: try members.optional("after", "`ed25519:` and 64 hexadecimal digits") { member in
                member.string.flatMap { Primary(textOrHex: $0) }
            }, limit: try members.optional("limit", "a whole number") { $0.versionNumber })
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let after { writer.member("after", after) }
            writer.member("limit", self.limit)
        }
    }
}
