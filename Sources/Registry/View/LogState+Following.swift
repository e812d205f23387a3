import GRDB
import KezCore

/// Follows the log event by event and refuses one that does not continue itself.
///
/// An event whose message was erased is missing for a replay. Its place is kept open until the `erased` event
/// comes that carries its leaf; whether every place was explained is asked at the log's head (`firstGap`).
extension LogState {
    /// Goes on to `logged`, whose place and links are checked, and keeps its place.
    ///
    /// - Throws: `RegistryLogError` where the log cannot be trusted; `DatabaseError`.
    mutating func follow(_ logged: LoggedEvent, _ database: Database) throws {
        let leaf = logged.event.leaf
        if leaf.n > self.position.next { try self.openGap(before: leaf, at: logged.seq, database) }
        try self.position.advance(over: leaf)
        self.seq = logged.seq
        try database.execute(
            sql: "INSERT INTO events (n, seq, hash, time, message) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                Int64(clamping: leaf.n), Int64(clamping: logged.seq), self.position.prev, leaf.time.unixMilliseconds,
                logged.messageID,
            ])
        if case .erased(_, let erased) = logged.event.content {
            try Self.explain(erased, by: leaf, database)
        }
    }

    /// The first event that is missing without an explanation so far; nil when there is none.
    static func firstGap(_ database: Database) throws -> RegistryLogError? {
        guard let row = try Row.fetchOne(database, sql: "SELECT first, last FROM gaps ORDER BY first LIMIT 1") else {
            return nil
        }
        let (first, last): (Int64, Int64) = (row["first"], row["last"])
        return .gap(expected: UInt64(clamping: first), found: UInt64(clamping: last) + 1)
    }

    private mutating func openGap(before leaf: RegistryLeaf, at seq: UInt64, _ database: Database) throws {
        // Each missing event was a message of its own.
        guard leaf.n - self.position.next < seq - self.seq else {
            throw RegistryLogError.gap(expected: self.position.next, found: leaf.n)
        }
        try database.execute(
            sql: "INSERT INTO gaps (first, last, after, until) VALUES (?, ?, ?, ?)",
            arguments: [
                Int64(clamping: self.position.next), Int64(clamping: leaf.n - 1), leaf.prev,
                leaf.time.unixMilliseconds,
            ])
        self.position = RegistryLogPosition(next: leaf.n, prev: leaf.prev, time: self.position.time)
    }

    /// Takes the leaf that an `erased` event carries for the event it speaks for: that must be the one the view
    /// has seen, or fit into its gap.
    private static func explain(_ erased: RegistryLeaf, by leaf: RegistryLeaf, _ database: Database) throws {
        let hash = try erased.hash()
        let n = Int64(clamping: erased.n)
        if let seen = try String.fetchOne(database, sql: "SELECT hash FROM events WHERE n = ?", arguments: [n]) {
            guard seen == hash, erased.n < leaf.n else { throw RegistryLogError.broken(at: leaf.n) }
            return
        }
        guard
            let gap = try Row.fetchOne(
                database, sql: "SELECT first, last, after, until FROM gaps WHERE first <= ? AND last >= ?",
                arguments: [n, n])
        else { throw RegistryLogError.broken(at: leaf.n) }
        let (first, last, until): (Int64, Int64, Int64) = (gap["first"], gap["last"], gap["until"])
        let after: String? = gap["after"]
        try Self.checkNeighbours(of: erased, hash: hash, first: first, last: last, after: after, until: until, database)
        try database.execute(sql: "DELETE FROM gaps WHERE first = ?", arguments: [first])
        let time = erased.time.unixMilliseconds
        if first < n {
            try database.execute(
                sql: "INSERT INTO gaps VALUES (?, ?, ?, ?)", arguments: [first, n - 1, erased.prev, time])
        }
        if n < last {
            try database.execute(sql: "INSERT INTO gaps VALUES (?, ?, ?, ?)", arguments: [n + 1, last, after, until])
        }
        try database.execute(
            sql: "INSERT INTO events (n, hash, time) VALUES (?, ?, ?)", arguments: [n, hash, time])
    }

    /// Every two neighbours are compared when the later of them becomes known.
    private static func checkNeighbours(
        of erased: RegistryLeaf, hash: String, first: Int64, last: Int64, after: String?, until: Int64,
        _ database: Database
    ) throws {
        let n = Int64(clamping: erased.n)
        if n == first {
            let before = try Row.fetchOne(
                database, sql: "SELECT hash, time FROM events WHERE n = ?", arguments: [n - 1])
            let prev: String? = before?["hash"]
            guard prev == erased.prev else { throw RegistryLogError.broken(at: erased.n) }
            if let time: Int64 = before?["time"], erased.time.unixMilliseconds < time {
                throw RegistryLogError.timeWentBack(at: erased.n)
            }
        }
        if n == last, after != hash { throw RegistryLogError.broken(at: erased.n + 1) }
        if erased.time.unixMilliseconds > until { throw RegistryLogError.timeWentBack(at: erased.n + 1) }
    }
}
