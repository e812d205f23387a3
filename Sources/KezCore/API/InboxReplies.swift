/// The cheap answer to "did I miss anything".
///
/// Source: protocol, section 8.
package struct InboxHead: Equatable, Sendable, JSONWritable {
    package let lastSeq: UInt64
    package let epoch: String

    package init(lastSeq: UInt64, epoch: String) {
        self.lastSeq = lastSeq
        self.epoch = epoch
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(lastSeq: try members.unsigned("last_seq"), epoch: try members.string("epoch"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("last_seq", self.lastSeq)
            writer.member("epoch", self.epoch)
        }
    }
}

/// How full an inbox is; blocked messages count.
package struct InboxStats: Equatable, Sendable, JSONWritable {
    package let messages: Int
    package let bytes: Int
    package let lastSeq: UInt64
    package let isOverQuota: Bool
    /// How many of the messages name no sender; 0 where an older server does not say.
    package let anonymous: Int

    package init(messages: Int, bytes: Int, lastSeq: UInt64, isOverQuota: Bool, anonymous: Int = 0) {
        self.messages = messages
        self.bytes = bytes
        self.lastSeq = lastSeq
        self.isOverQuota = isOverQuota
        self.anonymous = anonymous
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(
            messages: try members.count("messages"), bytes: try members.count("bytes"),
            lastSeq: try members.unsigned("last_seq"), isOverQuota: try members.bool("over_quota"),
            anonymous: try members.optional("anonymous", "a whole number of 0 or more") { member in
                member.unsigned.flatMap { Int(exactly: $0) }
            } ?? 0)
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("messages", self.messages)
            writer.member("bytes", self.bytes)
            writer.member("last_seq", self.lastSeq)
            writer.member("over_quota", self.isOverQuota)
            writer.member("anonymous", self.anonymous)
        }
    }
}

/// How many messages a delete took away.
package struct InboxDeletion: Equatable, Sendable, JSONWritable {
    package let deleted: Int

    package init(deleted: Int) { self.deleted = deleted }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        self.init(deleted: try MemberReader(json).count("deleted"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { $0.member("deleted", self.deleted) }
    }
}

/// The receipt of a stored message.
///
/// Source: protocol, section 4 (`POST /v1/messages`).
package struct SendReceipt: Equatable, Sendable, JSONWritable {
    package let seq: UInt64
    package let receivedAt: Timestamp
    /// Whether the log knew the message already; `seq` is then the first one's.
    package let isDuplicate: Bool

    package init(seq: UInt64, receivedAt: Timestamp, isDuplicate: Bool) {
        self.seq = seq
        self.receivedAt = receivedAt
        self.isDuplicate = isDuplicate
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(
            seq: try members.unsigned("seq"), receivedAt: try members.timestamp("received_at"),
            isDuplicate: try members.bool("duplicate"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seq", self.seq)
            writer.member("received_at", self.receivedAt)
            writer.member("duplicate", self.isDuplicate)
        }
    }
}
