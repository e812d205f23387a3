private import Foundation
import GRDB
package import KezCore

/// A worker cannot start: an operator has to act.
package struct InboxWorkerFailure: Error, Sendable, CustomStringConvertible {
    package let shard: Shard
    package let reason: String
    /// Whether waiting may help, as with a full disk.
    package let mayPass: Bool

    init(shard: Shard, _ error: any Error) {
        self.shard = shard
        if let error = error as? DatabaseError {
            self.reason = "its view cannot be opened, \(error.sentence)"
            self.mayPass = [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY].contains(error.resultCode)
        } else {
            self.reason = "the folder of its view cannot be used: \(error.localizedDescription)"
            self.mayPass = false
        }
    }

    package var description: String { "shard \(self.shard): \(self.reason)" }
}
