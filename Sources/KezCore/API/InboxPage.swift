/// One message of an inbox, as lists and streams show it.
///
/// Source: protocol, section 4 (`GET /v1/inbox/:handle`).
package struct InboxMessage: Equatable, Sendable, JSONWritable {
    /// The sequence in the shard's log.
    package let seq: UInt64
    /// nil for an anonymous one.
    package let from: Primary?
    /// The envelope's bytes as they were sent.
    package let envelope: [UInt8]
    package let receivedAt: Timestamp

    package init(seq: UInt64, from: Primary?, envelope: [UInt8], receivedAt: Timestamp) {
        self.seq = seq
        self.from = from
        self.envelope = envelope
        self.receivedAt = receivedAt
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.seq = try members.unsigned("seq")
        self.from = try members.optional("from", "a primary") { $0.string.flatMap { Primary(text: $0) } }
        self.envelope = try members.object("envelope").raw
        self.receivedAt = try members.timestamp("received_at")
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seq", self.seq)
            writer.member("from", self.from?.text)
            writer.member("envelope", raw: self.envelope)
            writer.member("received_at", self.receivedAt)
        }
    }

    /// Bytes in a page beyond the envelope's, a comma included, at the most.
    package static let frameBytes = 192
}

/// A part of an inbox, in ascending order.
package struct InboxPage: Equatable, Sendable, JSONWritable {
    package let messages: [InboxMessage]
    /// The cursor to go on with: the last message's seq, or what was asked for.
    package let next: UInt64
    package let hasMore: Bool
    /// The first seq the log still holds.
    package let oldest: UInt64
    /// Whether messages after the cursor are gone already.
    package let truncated: Bool
    /// Changes when the log was restored or recreated: cursors of another epoch mean nothing.
    package let epoch: String

    /// - Parameter since: the cursor that was asked for.
    package init(messages: [InboxMessage], since: UInt64, hasMore: Bool, oldest: UInt64, epoch: String) {
        self.messages = messages
        self.next = messages.last?.seq ?? since
        self.hasMore = hasMore
        self.oldest = oldest
        self.truncated = since < .max && since + 1 < oldest
        self.epoch = epoch
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        var messages: [InboxMessage] = []
        for message in try members.array("messages") { messages.append(try InboxMessage(json: message)) }
        self.messages = messages
        self.next = try members.unsigned("next")
        self.hasMore = try members.bool("has_more")
        self.oldest = try members.unsigned("oldest")
        self.truncated = try members.bool("truncated")
        self.epoch = try members.string("epoch")
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("messages")
            writer.array { writer in
                for message in self.messages { writer.value(message) }
            }
            writer.member("next", self.next)
            writer.member("has_more", self.hasMore)
            writer.member("oldest", self.oldest)
            writer.member("truncated", self.truncated)
            writer.member("epoch", self.epoch)
        }
    }
}
