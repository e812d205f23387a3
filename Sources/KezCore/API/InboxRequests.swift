/// Which part of an inbox is asked for.
///
/// Source: protocol, sections 4 and 8.
package struct InboxListRequest: Equatable, Sendable, JSONWritable {
    /// Messages strictly after this seq.
    package let since: UInt64
    /// 1…500.
    package let limit: Int

    /// - Parameter limit: 100 when nil, taken as 1 or 500 outside that range.
    package init(since: UInt64 = 0, limit: Int64? = nil) {
        self.since = since
        self.limit = Limits.page(limit)
    }

    /// - Throws: `KezError` with `bad_cursor` for a `since` that is no whole number of 0 or more, and
    ///   `bad_request` for a `limit` that is none.
    package init(json: JSONValue) throws(KezError) {
        let since = try MemberReader(json, refusing: .badRequest).optional("since", "a whole number") { $0 }
        if let since, since.unsigned == nil { throw KezError(.badCursor) }
        let limit = try MemberReader(json).optional("limit", "a whole number") { $0.versionNumber }
        self.init(since: since?.unsigned ?? 0, limit: limit)
    }

    /// Reads the query of the HTTP door.
    ///
    /// - Throws: `KezError` as `init(json:)`.
    package init(since: String?, limit: String?) throws(KezError) {
        guard let since = Self.number(since ?? "0").flatMap({ UInt64($0) }) else { throw KezError(.badCursor) }
        guard let limit else {
            self.init(since: since)
            return
        }
        let digits = limit.hasPrefix("-") ? String(limit.dropFirst()) : limit
        guard Self.number(digits) != nil else {
            throw KezError(.badRequest, "The query's `limit` must be a whole number.")
        }
        self.init(since: since, limit: Int64(limit) ?? (limit.hasPrefix("-") ? .min : .max))
    }

    private static func number(_ text: String) -> String? {
        !text.isEmpty && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 } ? text : nil
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("since", self.since)
            writer.member("limit", self.limit)
        }
    }
}

/// Which messages an owner deletes.
package enum InboxDeleteRequest: Equatable, Sendable, JSONWritable {
    /// The most sequences one request names.
    package static let maximumSeqs = 10_000

    case upTo(UInt64)
    case seqs([UInt64])

    /// - Throws: `KezError` with `bad_request` unless exactly one of `up_to` and `seqs` is there and well typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        let upTo = try members.optional("up_to", "a whole number of 0 or more") { $0.unsigned }
        let seqs = try members.optional("seqs", "a list of at most \(Self.maximumSeqs) seqs") { member in
            guard let entries = member.array, entries.count <= Self.maximumSeqs else { return nil as [UInt64]? }
            let seqs = entries.compactMap(\.unsigned)
            return seqs.count == entries.count ? seqs : nil
        }
        switch (upTo, seqs) {
        case (.some(let seq), nil): self = .upTo(seq)
        case (nil, .some(let seqs)): self = .seqs(seqs)
        default: throw KezError(.badRequest, "Name either `up_to` or `seqs`.")
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .upTo(let seq): writer.member("up_to", seq)
            case .seqs(let seqs):
                writer.name("seqs")
                writer.array { writer in
                    for seq in seqs { writer.integer(seq) }
                }
            }
        }
    }
}
