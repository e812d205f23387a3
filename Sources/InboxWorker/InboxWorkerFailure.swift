private import Foundation
import GRDB
package import KezCore

/// A worker cannot keep its view where it shall: an operator has to act.
package struct InboxWorkerFailure: Error, Sendable, CustomStringConvertible {
    package let shard: Shard
    package let reason: String
    /// Whether waiting may help, as with a full disk or a folder that is not mounted yet; what never helps is a
    /// file where a folder should be.
    package let mayPass: Bool

    init(shard: Shard, path: String, _ error: any Error) {
        self.shard = shard
        self.mayPass = Self.canBePlace(path)
        if let error = error as? DatabaseError {
            self.reason = "its view `\(path)` cannot be opened, \(error.sentence)"
        } else {
            self.reason = "the folder of its view `\(path)` cannot be used: \(error.localizedDescription)"
        }
    }

    package var description: String { "shard \(self.shard): \(self.reason)" }

    /// Whether a file could be at `path`, once the folders are there and can be written.
    private static func canBePlace(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        var url = URL(filePath: path)
        if unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            return !isFolder.boolValue
        }
        while url.pathComponents.count > 1 {
            url = url.deletingLastPathComponent()
            if unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
                return isFolder.boolValue
            }
        }
        return true
    }
}
