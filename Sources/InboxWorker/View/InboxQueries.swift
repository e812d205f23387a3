private import Foundation
import GRDB
import KezCore

/// What an owner asks of its inbox, read from one snapshot of the view.
enum InboxQueries {
    /// A page of the messages that the owner has not blocked. Stored messages without a sender are shown
    /// whatever `anonymous` says: it is the door's, and nothing that was acknowledged disappears by it.
    ///
    /// - Parameter first: first sequence the log holds.
    /// - Returns: at least one message, if there is any behind the cursor; at most `Limits.pageBytes` of JSON.
    static func page(
        of owner: Primary, _ request: InboxListRequest, first: UInt64, epoch: String, in database: Database
    ) throws -> InboxPage {
        // The log may have dropped more since it was asked, and the view with it.
        let oldest = max(first, try ViewState(database).floor)
        var messages: [InboxMessage] = []
        var budget = PageBudget()
        var hasMore = false
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: self.listing),
            arguments: [
                "owner": Data(owner.bytes), "since": Int64(clamping: request.since),
                "first": Int64(clamping: oldest), "limit": request.limit + 1,
            ])
        while let row = try rows.next() {
            guard messages.count < request.limit, budget.takes(row["size"]) else {
                hasMore = true
                break
            }
            messages.append(self.message(row))
        }
        return InboxPage(messages: messages, since: request.since, hasMore: hasMore, oldest: oldest, epoch: epoch)
    }

    private static let listing = """
        SELECT seq, sender, time, size, envelope FROM messages
        WHERE inbox = (SELECT id FROM inboxes WHERE owner = :owner)
            AND seq > :since AND seq >= :first AND is_deleted = 0 AND is_repeat = 0
            AND NOT EXISTS (SELECT 1 FROM blocks WHERE owner = :owner AND blocks.sender = messages.sender)
        ORDER BY seq LIMIT :limit
        """

    private static func message(_ row: Row) -> InboxMessage {
        InboxMessage(
            seq: UInt64(clamping: row["seq"] as Int64),
            from: (row["sender"] as Data?).flatMap { Primary(bytes: [UInt8]($0)) },
            envelope: [UInt8](row["envelope"] as Data? ?? Data()), receivedAt: Timestamp(unixNanoseconds: row["time"]))
    }

    static func counters(of owner: Primary, in database: Database) throws -> InboxCounters {
        let statement = try database.cachedStatement(sql: "SELECT * FROM inboxes WHERE owner = ?")
        return try Row.fetchOne(statement, arguments: [Data(owner.bytes)]).map { InboxCounters($0) } ?? InboxCounters()
    }

    static func settings(of owner: Primary, in database: Database) throws -> InboxSettings {
        let owner = Data(owner.bytes)
        let anonymous = try Bool.fetchOne(
            database, sql: "SELECT anonymous FROM settings WHERE owner = ?", arguments: [owner])
        let blocked = try Data.fetchAll(database, sql: "SELECT sender FROM blocks WHERE owner = ?", arguments: [owner])
        return InboxSettings(
            blocked: blocked.compactMap { Primary(bytes: [UInt8]($0)) }, anonymous: anonymous ?? true)
    }

    /// Whether `deletion` would change anything: a repeat that may move up later counts.
    static func wouldDelete(_ deletion: InboxDeleteRequest, of owner: Primary, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                SELECT 1 FROM messages WHERE inbox = (SELECT id FROM inboxes WHERE owner = ?)
                    AND seq BETWEEN ? AND ? AND is_deleted = 0 LIMIT 1
                """)
        let owner = Data(owner.bytes)
        func holdsRow(_ first: UInt64, _ last: UInt64) throws -> Bool {
            try Int.fetchOne(
                statement, arguments: [owner, Int64(clamping: first), Int64(clamping: last)]) != nil
        }
        switch deletion {
        case .upTo(let seq): return try holdsRow(0, seq)
        case .seqs(let seqs): return try seqs.contains { try holdsRow($0, $0) }
        }
    }

    /// How many messages the control message at `sequence` took out of its inbox.
    static func deleted(by sequence: UInt64, in database: Database) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT deleted FROM controls WHERE seq = ?", arguments: [Int64(clamping: sequence)]) ?? 0
    }

    /// How many sequences of `range` the log did not hold when the view read it.
    static func holes(in range: ClosedRange<UInt64>, of database: Database) throws -> UInt64 {
        let rows = try Row.fetchAll(
            database, sql: "SELECT first, last FROM holes WHERE last >= ? AND first <= ?",
            arguments: [Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound)])
        return rows.reduce(0) { count, row in
            let first = max(range.lowerBound, UInt64(clamping: row["first"] as Int64))
            let last = min(range.upperBound, UInt64(clamping: row["last"] as Int64))
            return count + (last - first + 1)
        }
    }
}

/// The bytes of a page that are not spoken for.
///
/// Source: protocol, section 4 ("a page holds at most 900 KiB").
struct PageBudget {
    /// What the page needs around its messages fits into the frame of one of them.
    private var bytes = InboxMessage.frameBytes
    private var isEmpty = true

    /// Whether an envelope of `size` bytes still has room; the first one always has.
    mutating func takes(_ size: Int) -> Bool {
        self.bytes += size + InboxMessage.frameBytes
        defer { self.isEmpty = false }
        return self.isEmpty || self.bytes <= Limits.pageBytes
    }
}
