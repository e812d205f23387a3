import GRDB

/// The tables of a shard's view.
///
/// A row of `messages` is kept for everything of an inbox that the log still holds: also for what was deleted
/// and for repeats, because both decide what a later message means. So the view holds no more and no less
/// than a replay of the log would give.
enum InboxSchema {
    /// A view of another version is built again.
    static let version = 1

    static func create(_ database: Database) throws {
        try database.execute(sql: self.tables)
        try database.execute(sql: self.indexes)
    }

    private static let tables = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL DEFAULT '',             -- of the log that was read
            position INTEGER NOT NULL DEFAULT 0,        -- last sequence that was read
            floor INTEGER NOT NULL DEFAULT 0,           -- first sequence the log held when it was last asked
            messages INTEGER NOT NULL DEFAULT 0,        -- in all inboxes
            settings_epoch TEXT NOT NULL DEFAULT '',
            settings_position INTEGER NOT NULL DEFAULT 0);
        INSERT INTO state (id) VALUES (1);
        CREATE TABLE inboxes (
            id INTEGER PRIMARY KEY,
            owner BLOB NOT NULL UNIQUE,
            held INTEGER NOT NULL,                      -- rows of `messages`, of whatever state
            messages INTEGER NOT NULL,                  -- neither deleted nor repeats, as all that follow
            bytes INTEGER NOT NULL,
            anonymous INTEGER NOT NULL,
            last INTEGER NOT NULL);
        CREATE TABLE messages (
            seq INTEGER PRIMARY KEY,
            inbox INTEGER NOT NULL,
            sender BLOB,                                -- NULL for an anonymous one
            message_id BLOB,                            -- of an attributed envelope
            time INTEGER NOT NULL,
            size INTEGER NOT NULL,
            is_repeat INTEGER NOT NULL,                 -- an earlier row has the same id and sender
            is_deleted INTEGER NOT NULL,
            envelope BLOB);                             -- NULL once deleted
        CREATE TABLE controls (
            seq INTEGER PRIMARY KEY,
            deleted INTEGER NOT NULL);                  -- messages it took out of the inbox
        CREATE TABLE holes (
            first INTEGER PRIMARY KEY,                  -- sequences that the log no longer held when it was read
            last INTEGER NOT NULL);
        CREATE TABLE settings (
            owner BLOB PRIMARY KEY,
            anonymous INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE blocks (
            owner BLOB NOT NULL,
            sender BLOB NOT NULL,
            PRIMARY KEY (owner, sender)) WITHOUT ROWID;
        """

    private static let indexes = """
        CREATE INDEX messages_by_inbox ON messages (inbox, seq, is_repeat, sender) WHERE is_deleted = 0;
        CREATE INDEX messages_by_id ON messages (inbox, message_id, sender) WHERE message_id IS NOT NULL;
        """
}
