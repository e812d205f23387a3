import GRDB
import KezRuntime

/// The tables of the view. Everything in them comes from the log; a change here is a new `version` with a step
/// that leads to it (`RegistryMigrations`).
enum RegistrySchema {
    static let version = 2

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
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

                -- The last suspension of a key, also one that is over; its beginning is its event's time.
                CREATE TABLE suspensions (
                    key TEXT PRIMARY KEY, reason TEXT NOT NULL, until INTEGER, n INTEGER NOT NULL,
                    automatic INTEGER NOT NULL DEFAULT 0
                ) WITHOUT ROWID;
                """)
        try self.createTablesOfVersion2(database)
    }

    static func createTablesOfVersion2(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Suspensions that a registry decided itself: each makes the next one longer.
                CREATE TABLE offences (n INTEGER PRIMARY KEY, key TEXT NOT NULL, time INTEGER NOT NULL);
                CREATE INDEX offences_key ON offences (key, time);

                -- Invites that a registration has used up.
                CREATE TABLE invites (id TEXT PRIMARY KEY, key TEXT NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
                CREATE INDEX invites_key ON invites (key);
                """)
    }
}

/// The steps from older versions of the view, by the version they start from.
enum RegistryMigrations {
    static let steps: [Int: ViewDatabase.Migration] = [
        // No log that a version 1 wrote or read knows automatic suspensions or invites: its rows lack nothing.
        1: { database in
            try database.execute(
                sql: "ALTER TABLE suspensions ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0")
            try RegistrySchema.createTablesOfVersion2(database)
        }
    ]
}
