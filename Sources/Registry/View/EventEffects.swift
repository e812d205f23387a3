import Foundation
import GRDB
import KezCore

/// What an event changes in the view's tables.
///
/// Nothing is judged here: what stands in the log was decided. A replay may meet events whose forerunners were
/// erased, so each effect must make sense alone, and after the `erased` events the same rows must be left as
/// where everything was seen in time.
enum EventEffects {
    static func apply(_ event: RegistryEvent, _ database: Database) throws {
        let (n, time) = (Int64(clamping: event.leaf.n), event.leaf.time)
        switch event.content {
        case .handle(let handle, let primary, let envelope, let invite):
            try self.register(handle, primary, time, n, database)
            try self.accept(envelope, by: primary, n, database)
            if let invite { try self.use(invite, by: primary, n, database) }
        case .release(let handle, let primary, let envelope):
            try self.release(handle, primary, time, n, database)
            try self.accept(envelope, by: primary, n, database)
        case .chain(let primary, let devices, let envelope):
            try self.append(envelope, to: primary, n, database)
            for device in devices { try self.own(device, by: primary, n, database) }
        case .suspend(let primary, let reason, let until, let author):
            try self.suspend(primary, reason, until, isAutomatic: author == .registry, n, database)
            if author == .registry {
                try database.execute(
                    sql: "INSERT OR IGNORE INTO offences (n, key, time) VALUES (?, ?, ?)",
                    arguments: [n, primary.hex, time.unixMilliseconds])
            }
        case .resume(let primary):
            try database.execute(sql: "DELETE FROM suspensions WHERE key = ?", arguments: [primary.hex])
        case .erased(let primary, let leaf):
            try self.erase(primary, leaf, time, database)
        }
    }

    private static func register(
        _ handle: Handle, _ primary: Primary, _ time: Timestamp, _ n: Int64, _ database: Database
    ) throws {
        // Only after an erasure that is not complete yet could the key still hold another one.
        try database.execute(
            sql: "UPDATE handles SET released = ? WHERE key = ? AND released IS NULL AND handle <> ?",
            arguments: [time.unixMilliseconds, primary.hex, handle.text])
        try database.execute(
            sql: """
                INSERT INTO handles (handle, hash, key, registered, released, n) VALUES (?, ?, ?, ?, NULL, ?)
                ON CONFLICT (handle) DO UPDATE SET
                    key = excluded.key, registered = excluded.registered, released = NULL, n = excluded.n
                """,
            arguments: [handle.text, LogSubjectHash.of(handle), primary.hex, time.unixMilliseconds, n])
        try database.execute(sql: "DELETE FROM closures WHERE hash = ?", arguments: [LogSubjectHash.of(handle)])
        try self.own(primary, by: primary, n, database)
    }

    private static func release(
        _ handle: Handle, _ primary: Primary, _ time: Timestamp, _ n: Int64, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO handles (handle, hash, key, registered, released, n) VALUES (?, ?, ?, NULL, ?, ?)
                ON CONFLICT (handle) DO UPDATE SET
                    key = excluded.key, registered = NULL, released = excluded.released, n = excluded.n
                """,
            arguments: [handle.text, LogSubjectHash.of(handle), primary.hex, time.unixMilliseconds, n])
    }

    private static func own(_ key: Primary, by owner: Primary, _ n: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO keys (key, owner, n) VALUES (?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, n = excluded.n
                """, arguments: [key.hex, owner.hex, n])
    }

    private static func accept(_ envelope: [UInt8], by primary: Primary, _ n: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO accepted (fingerprint, key, n) VALUES (?, ?, ?)",
            arguments: [try SignedEnvelope(parsing: envelope).fingerprint, primary.hex, n])
    }

    private static func use(_ invite: InviteID, by primary: Primary, _ n: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO invites (id, key, n) VALUES (?, ?, ?)",
            arguments: [invite.hex, primary.hex, n])
    }

    private static func suspend(
        _ primary: Primary, _ reason: String, _ until: Timestamp?, isAutomatic: Bool, _ n: Int64, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO suspensions (key, reason, until, n, automatic) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET
                    reason = excluded.reason, until = excluded.until, n = excluded.n, automatic = excluded.automatic
                """, arguments: [primary.hex, reason, until?.unixMilliseconds, n, isAutomatic])
    }

    private static func append(_ envelope: [UInt8], to primary: Primary, _ n: Int64, _ database: Database) throws {
        let link = try SigchainLink(parsing: envelope)
        try database.execute(
            sql: "INSERT INTO links (key, seq, digest, n, bytes) VALUES (?, ?, ?, ?, ?)",
            arguments: [primary.hex, link.seq, link.digest, n, Data(envelope)])
    }

    /// Takes everything that comes from the erased event and those of the same person before it. Its handle
    /// stays closed to others like a released one.
    private static func erase(
        _ primary: Primary, _ leaf: RegistryLeaf, _ time: Timestamp, _ database: Database
    ) throws {
        let n = Int64(clamping: leaf.n)
        for table in ["handles", "links", "accepted", "suspensions", "offences", "invites"] {
            try database.execute(
                sql: "DELETE FROM \(table) WHERE key = ? AND n <= ?", arguments: [primary.hex, n])
        }
        try database.execute(sql: "DELETE FROM keys WHERE owner = ? AND n <= ?", arguments: [primary.hex, n])
        guard leaf.kind == .handle || leaf.kind == .release, let hash = leaf.subjects.first,
            try Int.fetchOne(database, sql: "SELECT 1 FROM handles WHERE hash = ?", arguments: [hash]) == nil
        else { return }
        try database.execute(
            sql: """
                INSERT INTO closures (hash, key, until) VALUES (?, ?, ?)
                ON CONFLICT (hash) DO UPDATE SET key = excluded.key, until = excluded.until
                """,
            arguments: [hash, primary.hex, time.advanced(by: Limits.handleClosure).unixMilliseconds])
    }
}
