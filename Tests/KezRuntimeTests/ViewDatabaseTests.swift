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
