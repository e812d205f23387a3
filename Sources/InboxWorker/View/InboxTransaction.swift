private import Foundation
import GRDB
import KezCore

/// What became of a batch of the log, and where the view stands after it.
package struct ApplyOutcome: Equatable, Sendable {
    package var position: UInt64 = 0
    /// In all inboxes of the shard.
    package var messages = 0
    package var listed = 0
    package var repeats = 0
    package var deletions = 0
    package var noise = 0
    /// How many more messages and inboxes there are than before; negative when they went.
    package var messagesAdded = 0
    package var inboxesAdded = 0
}

/// One transaction's changes to the inboxes of a shard: the rules by which a log becomes a view.
///
/// The numbers of the inboxes it touches are kept here and written once, by `finish`.
struct InboxTransaction {
    private let database: Database
    private let messagesBefore: Int
    private(set) var state: ViewState
    private(set) var outcome = ApplyOutcome()
    private var ids: [Primary: Int64] = [:]
    private var inboxes: [Int64: InboxCounters] = [:]
    /// Inboxes whose highest message may have left.
    private var withoutLast: Set<Int64> = []

    init(_ database: Database) throws {
        self.database = database
        self.state = try ViewState(database)
        self.messagesBefore = self.state.messages
    }

    /// Applies the log's next message. What was applied before, or has left the log since, changes nothing:
    /// the position is never below it.
    mutating func apply(_ entry: LogEntry) throws {
        guard entry.sequence > self.state.position else { return }
        try self.noteHole(upTo: entry.sequence - 1)
        self.state.position = entry.sequence
        switch entry.record {
        case .message(let to, let from, let id, let envelope):
            try self.insert(entry, to: to, from: from, id: id, envelope: envelope)
        case .deletion(let owner, let deletion):
            self.outcome.deletions += 1
            let deleted = try self.delete(deletion, of: owner, before: Int64(clamping: entry.sequence))
            try self.database.cachedStatement(sql: "INSERT INTO controls (seq, deleted) VALUES (?, ?)")
                .execute(arguments: [Int64(clamping: entry.sequence), deleted])
        case .noise: self.outcome.noise += 1
        }
    }

    /// The log holds nothing between the position and `last`.
    mutating func skip(to last: UInt64) throws {
        guard last > self.state.position else { return }
        try self.noteHole(upTo: last)
        self.state.position = last
    }

    /// Writes the numbers back.
    mutating func finish() throws {
        for inbox in self.withoutLast {
            let last = try self.lastSequence(of: inbox)
            self.inboxes[inbox]?.last = last
        }
        for (id, counters) in self.inboxes {
            if counters.held == 0 {
                self.outcome.inboxesAdded -= 1
                try self.database.cachedStatement(sql: "DELETE FROM inboxes WHERE id = ?").execute(arguments: [id])
            } else {
                try self.database.cachedStatement(
                    sql: "UPDATE inboxes SET held = ?, messages = ?, bytes = ?, anonymous = ?, last = ? WHERE id = ?"
                ).execute(arguments: [
                    counters.held, counters.messages, counters.bytes, counters.anonymous, counters.last, id,
                ])
            }
        }
        try self.state.save(self.database)
        self.outcome.position = self.state.position
        self.outcome.messages = self.state.messages
        self.outcome.messagesAdded = self.state.messages - self.messagesBefore
    }

    private func noteHole(upTo last: UInt64) throws {
        guard self.state.position < last else { return }
        try self.database.execute(
            sql: "INSERT INTO holes (first, last) VALUES (?, ?)",
            arguments: [Int64(clamping: self.state.position + 1), Int64(clamping: last)])
    }

    // MARK: Messages

    private mutating func insert(
        _ entry: LogEntry, to: Primary, from: Primary?, id: MessageID?, envelope: [UInt8]
    ) throws {
        let inbox = try self.inbox(of: to)
        let messageID = id.flatMap { Hex.decode($0.hex) }.map { Data($0) }
        let sender = from.map { Data($0.bytes) }
        let seq = Int64(clamping: entry.sequence)
        let isRepeat = try messageID.map { try self.firstHeld($0, from: sender, in: inbox) != nil } ?? false
        try self.database.cachedStatement(
            sql: """
                INSERT INTO messages (seq, inbox, sender, message_id, time, size, is_repeat, is_deleted, envelope)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
                """
        ).execute(arguments: [seq, inbox, sender, messageID, entry.time, envelope.count, isRepeat, Data(envelope)])
        self.inboxes[inbox, default: InboxCounters()].held += 1
        if isRepeat {
            self.outcome.repeats += 1
        } else {
            self.outcome.listed += 1
            self.enter(inbox, seq: seq, size: envelope.count, isAnonymous: sender == nil)
        }
    }

    /// The row that holds the place of an (id, from, to): all later ones are repeats of it.
    private func firstHeld(_ messageID: Data, from sender: Data?, in inbox: Int64) throws -> Row? {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT seq, size, is_deleted FROM messages WHERE inbox = ? AND message_id = ? AND sender = ?
                ORDER BY seq LIMIT 1
                """)
        return try Row.fetchOne(statement, arguments: [inbox, messageID, sender])
    }

    private mutating func enter(_ inbox: Int64, seq: Int64, size: Int, isAnonymous: Bool) {
        self.inboxes[inbox, default: InboxCounters()].add(seq: seq, size: size, isAnonymous: isAnonymous)
        self.state.messages += 1
    }

    private mutating func leave(_ inbox: Int64, messages: Int, bytes: Int, anonymous: Int) {
        self.inboxes[inbox, default: InboxCounters()].remove(messages: messages, bytes: bytes, anonymous: anonymous)
        self.withoutLast.insert(inbox)
        self.state.messages -= messages
    }

    // MARK: Deletes

    /// Deletes rows of `owner` below `control`: repeats too, so that they stay deleted when they move up.
    ///
    /// - Returns: how many messages left the inbox.
    private mutating func delete(_ deletion: InboxDeleteRequest, of owner: Primary, before control: Int64) throws -> Int
    {
        guard let inbox = try self.existingInbox(of: owner) else { return 0 }
        switch deletion {
        case .upTo(let seq):
            return try self.delete(0...min(Int64(clamping: seq), control - 1), in: inbox)
        case .seqs(let seqs):
            return try Set(seqs).filter { $0 < UInt64(control) }.reduce(0) { count, seq in
                try count + self.delete(Int64(seq)...Int64(seq), in: inbox)
            }
        }
    }

    private mutating func delete(_ range: ClosedRange<Int64>, in inbox: Int64) throws -> Int {
        let rows = "inbox = ? AND seq BETWEEN ? AND ? AND is_deleted = 0"
        let arguments: StatementArguments = [inbox, range.lowerBound, range.upperBound]
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT COUNT(*), IFNULL(SUM(size), 0), IFNULL(SUM(sender IS NULL), 0) FROM messages
                WHERE \(rows) AND is_repeat = 0
                """)
        guard let sums = try Row.fetchOne(statement, arguments: arguments) else { return 0 }
        try self.database.cachedStatement(sql: "UPDATE messages SET is_deleted = 1, envelope = NULL WHERE \(rows)")
            .execute(arguments: arguments)
        let deleted: Int = sums[0]
        if deleted > 0 { self.leave(inbox, messages: deleted, bytes: sums[1], anonymous: sums[2]) }
        return deleted
    }

    // MARK: Retention

    /// Drops rows that the log no longer holds, the oldest first; a repeat of a dropped one takes its place.
    ///
    /// - Parameters:
    ///   - first: first sequence the log holds.
    ///   - limit: rows to drop at the most, so that other writers get their turn.
    /// - Returns: whether nothing is left to drop.
    mutating func trim(below first: UInt64, limit: Int) throws -> Bool {
        self.state.floor = max(self.state.floor, first)
        // Nothing before it can be read any more.
        self.state.position = max(self.state.position, max(self.state.floor, 1) - 1)
        let floor = Int64(clamping: self.state.floor)
        // One by one: dropping a row may change what a later one is.
        let oldest = try self.database.cachedStatement(
            sql: """
                SELECT seq, inbox, sender, message_id, size, is_repeat, is_deleted FROM messages
                WHERE seq < ? ORDER BY seq LIMIT 1
                """)
        for _ in 0..<limit {
            guard let row = try Row.fetchOne(oldest, arguments: [floor]) else { break }
            try self.drop(row)
        }
        guard try Row.fetchOne(oldest, arguments: [floor]) == nil else { return false }
        try self.database.execute(sql: "DELETE FROM controls WHERE seq < ?", arguments: [floor])
        try self.database.execute(sql: "DELETE FROM holes WHERE last < ?", arguments: [floor])
        return true
    }

    private mutating func drop(_ row: Row) throws {
        let inbox: Int64 = row["inbox"]
        let sender: Data? = row["sender"]
        try self.loadCounters(of: inbox)
        try self.database.cachedStatement(sql: "DELETE FROM messages WHERE seq = ?")
            .execute(arguments: [row["seq"] as Int64])
        self.inboxes[inbox]?.held -= 1
        guard !(row["is_repeat"] as Bool) else { return }
        if !(row["is_deleted"] as Bool) {
            self.leave(inbox, messages: 1, bytes: row["size"], anonymous: sender == nil ? 1 : 0)
        }
        guard let messageID = row["message_id"] as Data?,
            let next = try self.firstHeld(messageID, from: sender, in: inbox)
        else { return }
        let seq: Int64 = next["seq"]
        try self.database.cachedStatement(sql: "UPDATE messages SET is_repeat = 0 WHERE seq = ?")
            .execute(arguments: [seq])
        if !(next["is_deleted"] as Bool) {
            self.enter(inbox, seq: seq, size: next["size"], isAnonymous: false)
        }
    }

    // MARK: Inboxes

    private mutating func existingInbox(of owner: Primary) throws -> Int64? {
        if let id = self.ids[owner] { return id }
        let statement = try self.database.cachedStatement(sql: "SELECT * FROM inboxes WHERE owner = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(owner.bytes)]) else { return nil }
        let id: Int64 = row["id"]
        self.ids[owner] = id
        if self.inboxes[id] == nil { self.inboxes[id] = InboxCounters(row) }
        return id
    }

    private mutating func inbox(of owner: Primary) throws -> Int64 {
        if let id = try self.existingInbox(of: owner) { return id }
        try self.database.cachedStatement(
            sql: "INSERT INTO inboxes (owner, held, messages, bytes, anonymous, last) VALUES (?, 0, 0, 0, 0, 0)"
        ).execute(arguments: [Data(owner.bytes)])
        let id = self.database.lastInsertedRowID
        self.ids[owner] = id
        self.inboxes[id] = InboxCounters()
        self.outcome.inboxesAdded += 1
        return id
    }

    private mutating func loadCounters(of inbox: Int64) throws {
        guard self.inboxes[inbox] == nil else { return }
        let statement = try self.database.cachedStatement(sql: "SELECT * FROM inboxes WHERE id = ?")
        self.inboxes[inbox] = try Row.fetchOne(statement, arguments: [inbox]).map { InboxCounters($0) }
    }

    private func lastSequence(of inbox: Int64) throws -> Int64 {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT seq FROM messages WHERE inbox = ? AND is_deleted = 0 AND is_repeat = 0
                ORDER BY seq DESC LIMIT 1
                """)
        return try Int64.fetchOne(statement, arguments: [inbox]) ?? 0
    }
}
