package import GRDB
package import Logging
private import Foundation

/// A SQLite file that holds a view of a stream. It can be deleted at any time: a replay builds it again.
package enum ViewDatabase {
    /// The view of the path given by `--db`: `kez-chat.db` and the view `registry` give `kez-chat-registry.db`.
    ///
    /// - Parameter folder: where it is, unless `base` is a path.
    package static func path(base: String, view: String, folder: String) -> String {
        let url = base.contains("/") ? URL(filePath: base) : URL(filePath: folder).appending(path: base)
        let suffix = url.pathExtension.isEmpty ? "" : ".\(url.pathExtension)"
        return url.deletingLastPathComponent()
            .appending(path: "\(url.deletingPathExtension().lastPathComponent)-\(view)\(suffix)").path
    }

    /// Opens a view, or begins an empty one where the file is damaged or of another version.
    ///
    /// - Parameters:
    ///   - version: of the schema; a file of another one is dropped and built again.
    ///   - create: makes the schema in an empty database.
    /// - Throws: GRDB's `DatabaseError` when the folder cannot be written.
    package static func open(
        _ path: String, version: Int, logger: Logger, create: @escaping @Sendable (Database) throws -> Void
    ) throws -> DatabasePool {
        do {
            return try self.openExisting(path, version: version, create: create)
        } catch let error as DatabaseError where Self.isDamage(error) {
            logger.error(
                "a view is damaged and is built again from its log",
                metadata: ["view.path": "\(path)", "error": "\(error.resultCode)"])
        } catch is OtherVersion {
            logger.notice("a view of another version is built again from its log", metadata: ["view.path": "\(path)"])
        }
        try self.remove(path)
        return try self.openExisting(path, version: version, create: create)
    }

    /// Removes a view's files.
    package static func remove(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Whether what went wrong is the file's fault, so that a fresh one helps.
    package static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    }

    private struct OtherVersion: Error {}

    private static func openExisting(
        _ path: String, version: Int, create: @escaping @Sendable (Database) throws -> Void
    ) throws -> DatabasePool {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // A killed process loses nothing with it; a power cut may cost the last transactions, rows and
            // position alike, and the log gives them back.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { database in
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if found == 0 {
                try create(database)
                try database.execute(sql: "PRAGMA user_version = \(version)")
            } else if found != version {
                throw OtherVersion()
            }
        }
        return pool
    }
}
