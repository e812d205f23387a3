import Foundation
import GRDB
import KezCore

/// What the view is asked; each inside a read, so that one answer comes from one state.
struct RegistryQueries {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// Who holds the handle.
    func user(_ handle: Handle) throws -> UserRecord? {
        try self.users("handle = ? AND released IS NULL", [handle.text]).first
    }

    /// The handle that a key holds.
    func user(_ primary: Primary) throws -> UserRecord? {
        try self.users("key = ? AND released IS NULL", [primary.hex]).first
    }

    /// Registered users whose handle begins with `prefix`, in order.
    func users(withPrefix prefix: String, limit: Int) throws -> [UserRecord] {
        // `~` is behind every character that a handle may have.
        try self.users(
            "handle >= ? AND handle < ? AND released IS NULL ORDER BY handle LIMIT ?", [prefix, prefix + "~", limit])
    }

    private func users(_ condition: String, _ arguments: StatementArguments) throws -> [UserRecord] {
        let rows = try Row.fetchAll(
            self.database, sql: "SELECT handle, key, registered FROM handles WHERE \(condition)", arguments: arguments)
        return try rows.map { row in
            let (handle, key, registered): (String, String, Int64?) = (row["handle"], row["key"], row["registered"])
            let primary = try self.primary(key)
            guard let handle = Handle(handle) else { throw Self.damage("a handle") }
            return UserRecord(
                handle: handle, primary: primary, registeredAt: Timestamp(unixMilliseconds: registered ?? 0),
                chain: try self.chain(of: primary))
        }
    }

    /// What is known of a handle; nil for one that was never registered.
    func record(_ handle: Handle) throws -> HandleRecord? {
        let row = try Row.fetchOne(
            self.database, sql: "SELECT key, registered, released FROM handles WHERE handle = ?",
            arguments: [handle.text])
        if let row {
            let (registered, released): (Int64?, Int64?) = (row["registered"], row["released"])
            let key = try self.primary(row["key"])
            if let released { return .released(by: key, at: Timestamp(unixMilliseconds: released)) }
            return .held(by: key, since: Timestamp(unixMilliseconds: registered ?? 0))
        }
        guard
            let closure = try Row.fetchOne(
                self.database, sql: "SELECT key, until FROM closures WHERE hash = ?",
                arguments: [LogSubjectHash.of(handle)])
        else { return nil }
        return .closed(
            for: try self.primary(closure["key"]), until: Timestamp(unixMilliseconds: closure["until"]))
    }

    func role(of key: Primary) throws -> KeyRole? {
        guard
            let owner = try String.fetchOne(
                self.database, sql: "SELECT owner FROM keys WHERE key = ?", arguments: [key.hex])
        else { return nil }
        return owner == key.hex ? .primary : .device(of: try self.primary(owner))
    }

    func wasAccepted(_ fingerprint: String) throws -> Bool {
        try Int.fetchOne(
            self.database, sql: "SELECT 1 FROM accepted WHERE fingerprint = ?", arguments: [fingerprint]) != nil
    }

    /// Whether the event at that place of the stream is the one published with that id.
    func isStored(_ messageID: String, at seq: UInt64) throws -> Bool {
        try String.fetchOne(
            self.database, sql: "SELECT message FROM events WHERE seq = ?", arguments: [Int64(clamping: seq)])
            == messageID
    }

    /// Length and head of a chain.
    func chain(of primary: Primary) throws -> SigchainMark {
        let last = try Row.fetchOne(
            self.database, sql: "SELECT seq, digest FROM links WHERE key = ? ORDER BY seq DESC LIMIT 1",
            arguments: [primary.hex])
        guard let last else { return SigchainMark(length: 0, head: nil) }
        return SigchainMark(length: last["seq"], head: last["digest"])
    }

    /// The links of a chain from `seq` on, as many as fit into `bytes`, but one at least.
    func links(of primary: Primary, from seq: UInt64, bytes: Int = .max) throws -> [[UInt8]] {
        let rows = try Row.fetchCursor(
            self.database, sql: "SELECT bytes FROM links WHERE key = ? AND seq >= ? ORDER BY seq",
            arguments: [primary.hex, Int64(clamping: seq)])
        var (links, total): ([[UInt8]], Int) = ([], 0)
        while let row = try rows.next() {
            let link = [UInt8](row["bytes"] as Data)
            total += link.count + 1
            if total > bytes, !links.isEmpty { break }
            links.append(link)
        }
        return links
    }

    func suspension(of primary: Primary) throws -> SuspensionRecord? {
        try Row.fetchOne(
            self.database,
            sql: """
                SELECT reason, until, automatic, events.time AS since FROM suspensions JOIN events USING (n)
                WHERE key = ?
                """, arguments: [primary.hex]
        ).map(Self.suspension)
    }

    private static func suspension(_ row: Row) -> SuspensionRecord {
        let until: Int64? = row["until"]
        return SuspensionRecord(
            reason: row["reason"], since: Timestamp(unixMilliseconds: row["since"]),
            until: until.map { Timestamp(unixMilliseconds: $0) }, isAutomatic: row["automatic"])
    }

    /// The suspension in force.
    func suspension(of primary: Primary, at now: Timestamp) throws -> SuspensionRecord? {
        try self.suspension(of: primary).flatMap { $0.isInForce(at: now) ? $0 : nil }
    }

    /// Those in force, in the order of their keys.
    func suspensions(after key: Primary?, at now: Timestamp, limit: Int) throws -> [Suspension] {
        let rows = try Row.fetchAll(
            self.database,
            sql: """
                SELECT suspensions.key, handle, reason, until, automatic, events.time AS since
                FROM suspensions JOIN events USING (n)
                LEFT JOIN handles ON handles.key = suspensions.key AND released IS NULL
                WHERE suspensions.key > ? AND (until IS NULL OR until > ?) ORDER BY suspensions.key LIMIT ?
                """, arguments: [key?.hex ?? "", now.unixMilliseconds, limit])
        return try rows.map { row in
            let handle: String? = row["handle"]
            let record = Self.suspension(row)
            return Suspension(
                primary: try self.primary(row["key"]), handle: handle.flatMap { Handle($0) }, reason: record.reason,
                since: record.since, until: record.until, isAutomatic: record.isAutomatic)
        }
    }

    /// Keys that are suspended now.
    func suspendedCount(at now: Timestamp) throws -> Int {
        try Int.fetchOne(
            self.database, sql: "SELECT count(*) FROM suspensions WHERE until IS NULL OR until > ?",
            arguments: [now.unixMilliseconds]) ?? 0
    }

    /// How often a registry suspended the key by itself since `time`.
    func offences(of primary: Primary, since time: Timestamp) throws -> Int {
        try Int.fetchOne(
            self.database, sql: "SELECT count(*) FROM offences WHERE key = ? AND time > ?",
            arguments: [primary.hex, time.unixMilliseconds]) ?? 0
    }

    func isUsed(_ invite: InviteID) throws -> Bool {
        try Int.fetchOne(self.database, sql: "SELECT 1 FROM invites WHERE id = ?", arguments: [invite.hex]) != nil
    }

    /// Handles that are held.
    func handleCount() throws -> Int {
        try Int.fetchOne(self.database, sql: "SELECT count(*) FROM handles WHERE released IS NULL") ?? 0
    }

    private func primary(_ hex: String) throws -> Primary {
        guard let primary = Primary(hex: hex) else { throw Self.damage("a key") }
        return primary
    }

    private static func damage(_ what: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the view holds what is not \(what)")
    }
}
