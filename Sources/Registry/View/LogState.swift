import GRDB
import KezCore

/// How far the view has followed the log: the row of the table `log`.
struct LogState: Equatable, Sendable {
    /// Of the stream (`StreamHead.epoch`); empty before the first head was seen.
    var epoch: String
    /// The stream's sequence of the last event; what a write expects to be the last.
    var seq: UInt64
    var position: RegistryLogPosition

    static func fetch(_ database: Database) throws -> LogState {
        guard let row = try Row.fetchOne(database, sql: "SELECT epoch, seq, next, prev, time FROM log") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the view has no position")
        }
        let seq: Int64 = row["seq"]
        let next: Int64 = row["next"]
        let time: Int64? = row["time"]
        return LogState(
            epoch: row["epoch"], seq: UInt64(clamping: seq),
            position: RegistryLogPosition(
                next: UInt64(clamping: next), prev: row["prev"], time: time.map { Timestamp(unixMilliseconds: $0) }))
    }

    func save(_ database: Database) throws {
        try database.execute(
            sql: "UPDATE log SET epoch = ?, seq = ?, next = ?, prev = ?, time = ?",
            arguments: [
                self.epoch, Int64(clamping: self.seq), Int64(clamping: self.position.next), self.position.prev,
                self.position.time?.unixMilliseconds,
            ])
    }
}

/// An event and where it stands in the stream.
struct LoggedEvent: Sendable {
    let seq: UInt64
    /// The message's `Nats-Msg-Id`.
    let messageID: String?
    let event: RegistryEvent
}
