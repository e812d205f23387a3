private import Foundation
package import GRDB
package import Logging

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

    /// Brings a view's schema and rows from one version to the next; nothing but the file is at hand.
    package typealias Migration = @Sendable (Database) throws -> Void

    /// Opens a view, migrates one of an older version, or begins an empty one where the file is damaged or of a
    /// version that no step leads from.
    ///
    /// A migrated view must hold what a replay into the new schema would give, and it goes on from its position.
    ///
    /// - Parameters:
    ///   - version: of the schema, from 1.
    ///   - migrations: the steps, by the version they start from. All that are needed run in one transaction, so
    ///     that an interrupted start leaves the old version whole.
    ///   - create: makes the schema in an empty database.
    /// - Throws: GRDB's `DatabaseError` when the folder cannot be written, or the disk is full.
    package static func open(
        _ path: String, version: Int, migrations: [Int: Migration] = [:], logger: Logger,
        create: @escaping @Sendable (Database) throws -> Void
    ) throws -> DatabasePool {
        let schema = Schema(version: version, migrations: migrations, create: create)
        do {
            let (pool, found) = try self.openExisting(path, schema)
            if found != version, found != 0 {
                logger.notice(
                    "a view was migrated",
                    metadata: ["view.path": "\(path)", "view.from": "\(found)", "view.to": "\(version)"])
            }
            return pool
        } catch let error as FailedMigration {
            logger.error(
                "a view cannot be migrated and is built again from its log",
                metadata: ["view.path": "\(path)", "view.from": "\(error.from)", "error": "\(error.cause)"])
        } catch let error as DatabaseError where Self.isDamage(error) {
            logger.error(
                "a view is damaged and is built again from its log",
                metadata: ["view.path": "\(path)", "error": "\(error.resultCode)"])
        } catch is OtherVersion {
            logger.notice("a view of another version is built again from its log", metadata: ["view.path": "\(path)"])
        }
        try self.remove(path)
        return try self.openExisting(path, schema).pool
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

    /// The rows were not what the step expects: no fault of the disk, and a replay helps.
    private struct FailedMigration: Error {
        let from: Int
        let cause: ResultCode
    }

    private struct Schema: Sendable {
        let version: Int
        let migrations: [Int: Migration]
        let create: @Sendable (Database) throws -> Void

        /// - Returns: the version that was found; 0 for an empty database.
        func bringUp(_ database: Database) throws -> Int {
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found != self.version else { return found }
            if found == 0 {
                try self.create(database)
            } else {
                guard found > 0, found < self.version else { throw OtherVersion() }
                let steps = (found..<self.version).compactMap { self.migrations[$0] }
                guard steps.count == self.version - found else { throw OtherVersion() }
                do {
                    for step in steps { try step(database) }
                } catch let error as DatabaseError
                    where [.SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode)
                {
                    throw FailedMigration(from: found, cause: error.extendedResultCode)
                }
            }
            try database.execute(sql: "PRAGMA user_version = \(self.version)")
            return found
        }
    }

    private static func openExisting(_ path: String, _ schema: Schema) throws -> (pool: DatabasePool, found: Int) {
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
        return (pool, try pool.write { try schema.bringUp($0) })
    }
}
