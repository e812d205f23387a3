/// What an owner lets into its lists.
///
/// Source: protocol, section 8 (`inbox.settings`).
package struct InboxSettings: Equatable, Sendable, JSONWritable {
    /// The most keys that can be blocked: the settings are one message of a stream.
    package static let maximumBlocked = 5000

    /// In ascending order, none twice.
    package let blocked: [Primary]
    /// Whether messages without a sender are taken.
    package let anonymous: Bool

    package init(blocked: [Primary] = [], anonymous: Bool = true) {
        self.blocked = Set(blocked).sorted()
        self.anonymous = anonymous
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let change = try Change(json: json)
        guard let blocked = change.blocked, let anonymous = change.anonymous else {
            throw KezError(.badRequest, "The settings need `blocked` and `anonymous`.")
        }
        self.init(blocked: blocked, anonymous: anonymous)
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("blocked", self.blocked.map(\.text))
            writer.member("anonymous", self.anonymous)
        }
    }

    /// What an owner asks to change; what is nil stays as it is.
    package struct Change: Equatable, Sendable, JSONWritable {
        package let blocked: [Primary]?
        package let anonymous: Bool?

        package init(blocked: [Primary]? = nil, anonymous: Bool? = nil) {
            self.blocked = blocked
            self.anonymous = anonymous
        }

        /// Whether nothing is changed: the settings in force are asked for.
        package var isEmpty: Bool { self.blocked == nil && self.anonymous == nil }

        /// - Throws: `KezError` with `bad_request` when a member is ill-typed or too many keys are blocked.
        package init(json: JSONValue) throws(KezError) {
            let members = try MemberReader(json)
            self.anonymous = try members.optional("anonymous", "true or false") { $0.bool }
            self.blocked = try members.optional(
                "blocked", "a list of at most \(InboxSettings.maximumBlocked) primaries"
            ) { member in
                guard let entries = member.array, entries.count <= InboxSettings.maximumBlocked else { return nil }
                let keys = entries.compactMap { $0.string.flatMap { Primary(text: $0) } }
                return keys.count == entries.count ? keys : nil
            }
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                if let blocked = self.blocked { writer.member("blocked", blocked.map(\.text)) }
                if let anonymous = self.anonymous { writer.member("anonymous", anonymous) }
            }
        }

        /// The settings after the change.
        package func applied(to settings: InboxSettings) -> InboxSettings {
            InboxSettings(
                blocked: self.blocked ?? settings.blocked, anonymous: self.anonymous ?? settings.anonymous)
        }
    }
}
