/// Asks for the user of a handle.
///
/// Source: protocol, section 8.
package struct LookupRequest: Equatable, Sendable, JSONWritable {
    /// As it was asked for: a handle, or `handle@server`.
    package let handle: String

    package init(handle: String) { self.handle = handle }

    /// - Throws: `KezError` with `bad_request` when the member is missing or no string.
    package init(json: JSONValue) throws(KezError) {
        self.init(handle: try MemberReader(json).string("handle"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { $0.member("handle", self.handle) }
    }
}

/// Asks for what belongs to a primary: the user, or whether it may come in.
package struct PrimaryRequest: Equatable, Sendable, JSONWritable {
    package let primary: Primary

    package init(_ primary: Primary) { self.primary = primary }

    /// - Throws: `KezError` with `bad_request` unless the member is a primary, with or without its prefix.
    package init(json: JSONValue) throws(KezError) {
        let primary = try MemberReader(json).required("primary", "`ed25519:` and 64 hexadecimal digits") { member in
            member.string.flatMap { Primary(textOrHex: $0) }
        }
        self.init(primary)
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { $0.member("primary", self.primary) }
    }
}

/// Asks for registered users whose handle begins with `prefix`.
package struct SearchRequest: Equatable, Sendable, JSONWritable {
    package static let minimumPrefix = 3
    package static let maximumUsers = 20

    package let prefix: String
    /// 1…20.
    package let limit: Int

    package init(prefix: String, limit: Int64? = nil) {
        self.prefix = prefix
        self.limit = Int(min(max(limit ?? Int64(Self.maximumUsers), 1), Int64(Self.maximumUsers)))
    }

    /// - Throws: `KezError` with `bad_request` for a prefix of fewer than 3 characters and ill-typed members.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        let prefix = try members.required("prefix", "a string of 3 characters or more") { member in
            member.string.flatMap { $0.count >= Self.minimumPrefix ? $0 : nil }
        }
        self.init(prefix: prefix, limit: try members.optional("limit", "a whole number") { $0.versionNumber })
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("prefix", self.prefix)
            writer.member("limit", self.limit)
        }
    }
}

/// Asks for the links of a chain, from one on.
package struct SigchainRequest: Equatable, Sendable, JSONWritable {
    package let primary: Primary
    /// The first `seq` that is wanted, from 1.
    package let from: UInt64

    package init(primary: Primary, from: UInt64 = 1) {
        self.primary = primary
        self.from = max(from, 1)
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed; `from` may be absent.
    package init(json: JSONValue) throws(KezError) {
        let from = try MemberReader(json).optional("from", "a whole number of 0 or more") { $0.unsigned }
        self.init(primary: try PrimaryRequest(json: json).primary, from: from ?? 1)
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("primary", self.primary)
            writer.member("from", self.from)
        }
    }
}
