/// What a worker or a gateway saw a key do that may suspend it: facts only, the registry sums and decides.
///
/// Source: protocol, section 9 ("Suspension"); `kez.rpc.<worker|gateway>.account.report`.
package struct AbuseReport: Equatable, Sendable, JSONWritable {
    /// Characters of a reporter's name, at the most.
    package static let maximumSource = 64
    /// Messages that one report names.
    package static let maximumItems = 1000

    /// A budget of section 9 that is kept over a minute.
    package enum Budget: String, Hashable, Sendable, CaseIterable {
        case http, tunnel, connections, messages
    }

    package enum Finding: Equatable, Sendable {
        /// Messages to keys nobody registered, by their sequences in the log of `source`. Telling one twice is
        /// no harm: the registry counts each once.
        case unregisteredRecipients([UInt64])
        /// What was asked for in one whole minute, as a multiple of what the budget lets through in it.
        ///
        /// - Parameter window: minutes since 1970.
        case overBudget(Budget, window: Int64, factor: Double)
    }

    package let primary: Primary
    /// Who counted: a shard's digit, or a name of the reporter that no other one has; 1…64 characters.
    package let source: String
    package let finding: Finding

    package init(_ primary: Primary, source: String, _ finding: Finding) {
        self.primary = primary
        self.source = source
        self.finding = finding
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed, for an unknown `kind` or
    ///   `budget`, and for more than 1,000 items.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.primary = try members.primary("primary")
        self.source = try members.required("source", "a name of 1 to \(Self.maximumSource) characters") { member in
            member.string.flatMap { 1...Self.maximumSource ~= $0.utf8.count ? $0 : nil }
        }
        switch try members.string("kind") {
        case "unregistered_recipients":
            let items = try members.required("items", "a list of 1 to \(Self.maximumItems) sequences") { member in
                guard let entries = member.array, 1...Self.maximumItems ~= entries.count else {
                    return nil as [UInt64]?
                }
                let items = entries.compactMap(\.unsigned)
                return items.count == entries.count ? items : nil
            }
            self.finding = .unregisteredRecipients(items)
        case "over_budget":
            let budget = try members.required("budget", "`http`, `tunnel`, `connections` or `messages`") { member in
                member.string.flatMap(Budget.init(rawValue:))
            }
            let factor = try members.required("factor", "a number of 0 or more") { member in
                member.number.flatMap { $0 >= 0 ? $0 : nil }
            }
            self.finding = .overBudget(budget, window: try members.integer("window"), factor: factor)
        default: throw KezError(.badRequest, "The member `kind` is none that this version knows.")
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("primary", self.primary)
            switch self.finding {
            case .unregisteredRecipients(let items):
                writer.member("kind", "unregistered_recipients")
                writer.member("source", self.source)
                writer.name("items")
                writer.array { writer in
                    for item in items { writer.integer(item) }
                }
            case .overBudget(let budget, let window, let factor):
                writer.member("kind", "over_budget")
                writer.member("source", self.source)
                writer.member("budget", budget.rawValue)
                writer.member("window", window)
                writer.name("factor")
                writer.number(factor)
            }
        }
    }
}

/// The answer to a report.
package struct AbuseReportReply: Equatable, Sendable, JSONWritable {
    /// Whether the key is suspended now.
    package let isSuspended: Bool

    package init(isSuspended: Bool) { self.isSuspended = isSuspended }

    /// - Throws: `KezError` with `bad_request` when the member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        self.init(isSuspended: try MemberReader(json).bool("suspended"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { $0.member("suspended", self.isSuspended) }
    }
}
