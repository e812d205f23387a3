import GRDB

/// The view as release 0.1.0 made it: its tables, word for word.
enum ViewOfVersion1 {
    /// Writes a file of version 1 that holds what `current`, a view of this version, holds of it.
    ///
    /// Every row of a table of version 1 is one of version 2: what is new stands in columns and tables of its own.
    static func write(_ path: String, like current: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: self.schema)
            try database.execute(sql: "DELETE FROM log")
            try database.execute(sql: "ATTACH DATABASE ? AS current", arguments: [current])
            for table in self.tables {
                let columns = try database.columns(in: table).map(\.name).joined(separator: ", ")
                try database.execute(
                    sql: "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM current.\(table)")
            }
            try database.execute(sql: "DETACH DATABASE current")
            try database.execute(sql: "PRAGMA user_version = 1")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }

    static let tables = ["log", "events", "gaps", "handles", "closures", "keys", "links", "accepted", "suspensions"]

    private static let schema = """
        -- How far the log was followed; one row. `seq` is the stream's sequence, `next` the n of the next
        -- event, `prev` the hash of the last leaf, `time` milliseconds since 1970.
        CREATE TABLE log (
            id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, seq INTEGER NOT NULL,
            next INTEGER NOT NULL, prev TEXT, time INTEGER
        );
        INSERT INTO log VALUES (1, '', 0, 0, NULL, NULL);

        -- Every event's place. `seq` is null for one whose message was erased before this view saw it;
        -- `message` is the Nats-Msg-Id, by which a writer knows its own event again.
        CREATE TABLE events (
            n INTEGER PRIMARY KEY, seq INTEGER UNIQUE, hash TEXT NOT NULL, time INTEGER NOT NULL, message TEXT
        );
        -- Runs of events that are missing and not explained so far. `after` is the `prev` that the event
        -- behind the run names, `until` that event's time.
        CREATE TABLE gaps (
            first INTEGER PRIMARY KEY, last INTEGER NOT NULL, after TEXT, until INTEGER NOT NULL
        );

        -- In every table below, `n` is the event that a row comes from: erasing a person takes its rows
        -- up to the erased event.
        CREATE TABLE handles (
            handle TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, key TEXT NOT NULL, registered INTEGER,
            released INTEGER, n INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX handles_held ON handles (key) WHERE released IS NULL;
        CREATE INDEX handles_key ON handles (key);
        -- Handles of erased persons, by hash: closed to other keys until that time.
        CREATE TABLE closures (hash TEXT PRIMARY KEY, key TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;

        -- A key is the primary of one identity (key = owner) or the device of one, for ever.
        CREATE TABLE keys (key TEXT PRIMARY KEY, owner TEXT NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX keys_owner ON keys (owner);

        CREATE TABLE links (
            key TEXT NOT NULL, seq INTEGER NOT NULL, digest TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL
        );
        CREATE UNIQUE INDEX links_place ON links (key, seq);

        -- Signed envelopes that were accepted, by the hash of what was signed.
        CREATE TABLE accepted (
            fingerprint TEXT PRIMARY KEY, key TEXT NOT NULL, n INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX accepted_key ON accepted (key);

        CREATE TABLE suspensions (
            key TEXT PRIMARY KEY, reason TEXT NOT NULL, until INTEGER, n INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
