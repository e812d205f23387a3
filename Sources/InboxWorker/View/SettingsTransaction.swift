private import Foundation
import GRDB
package import KezCore

/// One owner's settings at their place in the stream of settings.
package struct SettingsRecord: Equatable, Sendable {
    package let owner: Primary
    /// nil when they cannot be read: the defaults are in force.
    package let settings: InboxSettings?
    package let sequence: UInt64

    package init(owner: Primary, settings: InboxSettings?, sequence: UInt64) {
        self.owner = owner
        self.settings = settings
        self.sequence = sequence
    }
}

/// The settings' side of a view; it has a position of its own, for it follows another stream.
enum SettingsTransaction {
    /// Applies what is new of `records`, and notes that the stream was read up to `position`.
    static func apply(_ records: [SettingsRecord], position: UInt64, to database: Database) throws {
        var state = try ViewState(database)
        for record in records where record.sequence > state.settingsPosition {
            try self.replace(record, in: database)
        }
        state.settingsPosition = max(state.settingsPosition, position)
        try state.save(database)
    }

    /// Forgets all settings unless they come from the stream `epoch`, which ends at `last`.
    ///
    /// - Parameter reached: the position in memory, which may be ahead of the file's.
    /// - Returns: the position to read on from; nil when all were forgotten.
    static func prepare(epoch: String, last: UInt64, reached: UInt64, in database: Database) throws -> UInt64? {
        var state = try ViewState(database)
        guard state.settingsEpoch != epoch || max(state.settingsPosition, reached) > last else {
            return state.settingsPosition
        }
        try database.execute(sql: "DELETE FROM settings")
        try database.execute(sql: "DELETE FROM blocks")
        state.settingsEpoch = epoch
        state.settingsPosition = 0
        try state.save(database)
        return nil
    }

    private static func replace(_ record: SettingsRecord, in database: Database) throws {
        let owner = Data(record.owner.bytes)
        try database.execute(sql: "DELETE FROM settings WHERE owner = ?", arguments: [owner])
        try database.execute(sql: "DELETE FROM blocks WHERE owner = ?", arguments: [owner])
        guard let settings = record.settings else { return }
        try database.execute(
            sql: "INSERT INTO settings (owner, anonymous) VALUES (?, ?)", arguments: [owner, settings.anonymous])
        for sender in settings.blocked {
            try database.cachedStatement(sql: "INSERT INTO blocks (owner, sender) VALUES (?, ?)")
                .execute(arguments: [owner, Data(sender.bytes)])
        }
    }
}
