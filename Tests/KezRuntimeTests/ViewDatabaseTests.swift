import Foundation
import GRDB
import KezRuntime
import KezTesting
import Logging
import Testing

@Suite struct ViewDatabaseTests {
    private let folder: TemporaryFolder
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private var path: String { self.folder.file("kez-chat-registry.db") }

    init() throws { self.folder = try TemporaryFolder("view") }

    private func open(_ version: Int = 1, path: String? = nil) throws -> DatabasePool {
        try ViewDatabase.open(path ?? self.path, version: version, logger: self.logger) { database in
            try database.execute(sql: "CREATE TABLE thing (name TEXT NOT NULL)")
        }
    }

    private func names(_ pool: DatabasePool) throws -> [String] {
        try pool.read { try String.fetchAll($0, sql: "SELECT name FROM thing ORDER BY name") }
    }

    private func fill(_ names: String...) throws {
        let pool = try self.open()
        try pool.write { database in
            for name in names { try database.execute(sql: "INSERT INTO thing VALUES (?)", arguments: [name]) }
        }
        try pool.close()
    }

    @Test func keepsWhatIsInIt() throws {
        try self.fill("a", "b")
        let pool = try self.open()
        #expect(try self.names(pool) == ["a", "b"])
        try pool.close()
    }

    @Test func beginsAnewForAnotherVersion() throws {
        try self.fill("a")
        let newer = try self.open(2)
        #expect(try self.names(newer) == [])
        try newer.close()
        // An older program after a newer one alike.
        let older = try self.open(1)
        #expect(try self.names(older) == [])
        try older.close()
    }

    /// The steps that lead from version 1 to 3: a column, then a value in it.
    private static let steps: [Int: ViewDatabase.Migration] = [
        1: { try $0.execute(sql: "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 1") },
        2: { try $0.execute(sql: "UPDATE thing SET size = size + 10") },
    ]

    private func migrate(to version: Int, _ steps: [Int: ViewDatabase.Migration]) throws -> DatabasePool {
        try ViewDatabase.open(self.path, version: version, migrations: steps, logger: self.logger) { database in
            try database.execute(sql: "CREATE TABLE thing (name TEXT NOT NULL, size INTEGER NOT NULL)")
        }
    }

    @Test func migratesStepByStep() throws {
        try self.fill("a", "b")
        for _ in 0..<2 {
            // The second time nothing is done again.
            let pool = try self.migrate(to: 3, Self.steps)
            #expect(try self.names(pool) == ["a", "b"])
            #expect(try pool.read { try Int.fetchAll($0, sql: "SELECT size FROM thing") } == [11, 11])
            try pool.close()
        }
    }

    @Test func beginsAnewWhereAStepIsMissing() throws {
        try self.fill("a")
        let pool = try self.migrate(to: 3, [1: { _ in }])
        #expect(try self.names(pool) == [])
        try pool.close()
        // And for a newer version than this program's, which no step leads back from.
        try self.fill("b")
        let newer = try self.migrate(to: 3, Self.steps)
        try newer.close()
        let older = try self.migrate(to: 2, Self.steps)
        #expect(try self.names(older) == [])
        try older.close()
    }

    @Test func beginsAnewWhereTheRowsDoNotFitAStep() throws {
        try self.fill("a", "a")
        let pool = try self.migrate(
            to: 2, [1: { try $0.execute(sql: "CREATE UNIQUE INDEX thing_name ON thing (name)") }])
        #expect(try self.names(pool) == [])
        try pool.close()
    }

    @Test func aMigrationThatIsInterruptedLeavesTheOldVersionWhole() throws {
        try self.fill("a")
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            var steps = Self.steps
            steps[2] = { database in
                try database.execute(sql: "DELETE FROM thing")
                throw Interrupted()
            }
            _ = try self.migrate(to: 3, steps)
        }
        // A full disk is no reason to throw the view away either.
        #expect(throws: DatabaseError.self) {
            _ = try self.migrate(to: 2, [1: { _ in throw DatabaseError(resultCode: .SQLITE_FULL) }])
        }
        let pool = try self.open()
        #expect(try self.names(pool) == ["a"])
        #expect(try pool.read { try $0.columns(in: "thing").map(\.name) } == ["name"])
        try pool.close()
    }

    @Test func beginsAnewWhenItIsNoDatabase() throws {
        try "this is no database, and long enough to have a header of one: \(String(repeating: "x", count: 4096))"
            .write(toFile: self.path, atomically: true, encoding: .utf8)
        let pool = try self.open()
        #expect(try self.names(pool) == [])
        try pool.close()
    }

    @Test func beginsAnewWhenItsHeaderIsDamaged() throws {
        try self.fill("a")
        let handle = try FileHandle(forUpdating: URL(filePath: self.path))
        try handle.write(contentsOf: Data(repeating: 0xff, count: 200))
        try handle.close()
        let pool = try self.open()
        #expect(try self.names(pool) == [])
        try pool.write { try $0.execute(sql: "INSERT INTO thing VALUES ('b')") }
        #expect(try self.names(pool) == ["b"])
        try pool.close()
    }

    @Test func makesItsFolder() throws {
        let pool = try self.open(path: self.folder.file("new/folder/view.db"))
        #expect(try self.names(pool) == [])
        try pool.close()
    }

    @Test func tellsDamageFromOtherErrors() {
        #expect(ViewDatabase.isDamage(DatabaseError(resultCode: .SQLITE_CORRUPT)))
        #expect(ViewDatabase.isDamage(DatabaseError(resultCode: .SQLITE_NOTADB)))
        #expect(!ViewDatabase.isDamage(DatabaseError(resultCode: .SQLITE_FULL)))
        #expect(!ViewDatabase.isDamage(DatabaseError(resultCode: .SQLITE_BUSY)))
    }

    @Test func aFailureOfTheSchemaLeavesNoHalfOfIt() throws {
        #expect(throws: DatabaseError.self) {
            _ = try ViewDatabase.open(self.path, version: 1, logger: self.logger) { database in
                try database.execute(sql: "CREATE TABLE thing (name TEXT NOT NULL)")
                try database.execute(sql: "CREATE TABLE nonsense nonsense")
            }
        }
        let pool = try self.open()
        #expect(try self.names(pool) == [])
        try pool.close()
    }

    @Test func removesEveryFile() throws {
        let pool = try self.open()
        try pool.write { try $0.execute(sql: "INSERT INTO thing VALUES ('a')") }
        #expect(FileManager.default.fileExists(atPath: self.path + "-wal"))
        try pool.close()
        try ViewDatabase.remove(self.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.url.path) == [])
        try ViewDatabase.remove(self.path)
    }

    @Test(arguments: [
        ("kez-chat.db", "registry", "/data", "/data/kez-chat-registry.db"),
        ("kez-chat.db", "inbox-a", "/data/", "/data/inbox/../kez-chat-inbox-a.db"),
        ("/var/kez/chat.db", "registry", "/data", "/var/kez/chat-registry.db"),
        ("chat", "registry", "/data", "/data/chat-registry"),
        ("a.b.sqlite", "registry", "/data", "/data/a.b-registry.sqlite"),
    ])
    func namesFilesAfterTheirView(base: String, view: String, folder: String, expected: String) {
        #expect(ViewDatabase.path(base: base, view: view, folder: folder) == URL(filePath: expected).standardized.path)
    }
}
