import GRDB

/// Where a view stands; one row, changed in the same transaction as what it tells about.
struct ViewState: Equatable, Sendable {
    var epoch: String
    var position: UInt64
    var floor: UInt64
    var messages: Int
    var settingsEpoch: String
    var settingsPosition: UInt64

    init(_ database: Database) throws {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM state") else {
            // The row is made with the table: a file without it is damaged.
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the view has no state")
        }
        self.epoch = row["epoch"]
        self.position = UInt64(clamping: row["position"] as Int64)
        self.floor = UInt64(clamping: row["floor"] as Int64)
        self.messages = row["messages"]
        self.settingsEpoch = row["settings_epoch"]
        self.settingsPosition = UInt64(clamping: row["settings_position"] as Int64)
    }

    func save(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE state SET epoch = ?, position = ?, floor = ?, messages = ?, settings_epoch = ?,
                    settings_position = ?
                """
        ).execute(arguments: [
            self.epoch, Int64(clamping: self.position), Int64(clamping: self.floor), self.messages,
            self.settingsEpoch, Int64(clamping: self.settingsPosition),
        ])
    }
}
