/// A suspension in force, as the operator sees it.
///
/// Source: protocol, section 9; `kez.rpc.operator.registry.suspend` and `bans`.
package struct Suspension: Equatable, Sendable, JSONWritable {
    /// Characters (Unicode scalars) of a reason, at the most; at least one.
    package static let maximumReason = 200

    package let primary: Primary
    /// nil for a key without a handle.
    package let handle: Handle?
    /// A sentence for the suspended one.
    package let reason: String
    /// The registry's time.
    package let since: Timestamp
    /// nil for a suspension without an end.
    package let until: Timestamp?
    /// Whether the registry itself suspended the key, for what was reported of it.
    package let isAutomatic: Bool

    package init(
        primary: Primary, handle: Handle?, reason: String, since: Timestamp, until: Timestamp?, isAutomatic: Bool
    ) {
        self.primary = primary
        self.handle = handle
        self.reason = reason
        self.since = since
        self.until = until
        self.isAutomatic = isAutomatic
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(
            primary: try members.primary("primary"),
            handle: try members.optional("handle", "a handle") { $0.string.flatMap { Handle($0) } },
            reason: try members.string("reason"), since: try members.timestamp("since"),
            until: try members.optional("until", "a time") { $0.string.flatMap { Timestamp($0) } },
            isAutomatic: try members.bool("automatic"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("primary", self.primary)
            writer.member("handle", self.handle?.text)
            writer.member("reason", self.reason)
            writer.member("since", self.since)
            writer.member("until", self.until)
            writer.member("automatic", self.isAutomatic)
        }
    }
}

/// What became of a resume.
package struct Resumption: Equatable, Sendable, JSONWritable {
    package let primary: Primary
    /// False for a key that was not suspended.
    package let resumed: Bool

    package init(primary: Primary, resumed: Bool) {
        self.primary = primary
        self.resumed = resumed
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(primary: try members.primary("primary"), resumed: try members.bool("resumed"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("primary", self.primary)
            writer.member("resumed", self.resumed)
        }
    }
}

/// Suspensions in force, in the order of their keys.
package struct BanList: Equatable, Sendable, JSONWritable {
    package let bans: [Suspension]
    /// Whether there are more after the last one's key.
    package let hasMore: Bool

    package init(bans: [Suspension], hasMore: Bool) {
        self.bans = bans
        self.hasMore = hasMore
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        var bans: [Suspension] = []
        for ban in try members.array("bans") { bans.append(try Suspension(json: ban)) }
        self.init(bans: bans, hasMore: try members.bool("has_more"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("bans")
            writer.array { writer in
                for ban in self.bans { writer.value(ban) }
            }
            writer.member("has_more", self.hasMore)
        }
    }
}

/// The sentence that tells a suspended key what happened.
package enum SuspensionSentence {
    /// "This key is suspended until …: <reason>".
    package static func text(reason: String?, until: Timestamp?) -> String {
        let end = until.map { "until \($0.textWithMilliseconds)" } ?? "until the operator ends it"
        guard let reason, !reason.isEmpty else { return "This key is suspended \(end)." }
        return "This key is suspended \(end): \(reason)"
    }
}
