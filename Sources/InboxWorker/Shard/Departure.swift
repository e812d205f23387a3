import GRDB
import KezRuntime

/// Why a worker leaves a shard's queue groups.
package enum Departure: Equatable, Sendable {
    /// The view is behind the log; it comes back when it has caught up.
    case behind
    /// The view is closed and opened again; `discarding` when it has to be built from the log's beginning.
    case reopen(String, discarding: Bool)

    /// The graver one of two.
    package static func merge(_ one: Departure, _ other: Departure) -> Departure {
        switch (one, other) {
        case (.reopen(_, discarding: true), _): one
        case (_, .reopen): other
        default: one
        }
    }
}

extension DatabaseError {
    /// Whether only another file helps: this one is damaged, or was taken away under us.
    var needsAnotherFile: Bool {
        ViewDatabase.isDamage(self) || self.extendedResultCode == .SQLITE_READONLY_DBMOVED
            || self.resultCode == .SQLITE_ERROR
    }

    /// For an operator.
    var sentence: String {
        switch self.resultCode {
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_READONLY: "the file cannot be written"
        default: "SQLite error \(self.extendedResultCode.rawValue)"
        }
    }
}
