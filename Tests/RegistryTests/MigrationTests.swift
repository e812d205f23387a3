import Foundation
import GRDB
import KezCore
import KezRuntime
import KezTesting
import Testing

@testable import Registry

/// A view of an older version goes on where it was, with the same answers.
@Suite struct MigrationTests {
    /// Every row of every table, in words.
    private static func dump(_ pool: DatabasePool, except sentinel: String? = nil) throws -> [String] {
        try pool.read { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
            var lines: [String] = []
            for table in tables {
                let columns = try database.columns(in: table).map { "\($0.name) \($0.type) \($0.isNotNull)" }
                lines.append("\(table): \(columns.joined(separator: ", "))")
                let rows = try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY 1, 2")
                lines += rows.map { "\($0)" }.filter { line in sentinel.map { !line.contains($0) } ?? true }
            }
            return lines
                + (try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1"))
        }
    }

    private static func answers(_ replica: TestReplica, _ people: [Person]) async throws -> [[UInt8]] {
        var answers: [[UInt8]] = []
        for (index, person) in people.enumerated() {
            answers.append(try await refusal { try await replica.lookup("user\(index)") }?.body ?? [])
            answers.append(try await replica.admit(person.primary))
            answers.append(try await replica.status(person.primary).bytes)
            answers.append(try await refusal { try await replica.chain(person.primary) }?.body ?? [])
        }
        return answers
    }

    @Test func aViewOfVersion1GoesOnWithTheSameAnswers() async throws {
        let bench = try await RegistryBench()
        let people = (0..<6).map { _ in bench.person() }
        let until = now().advanced(by: .seconds(3600))
        let before = try await bench.replica("made") { replica in
            for (index, person) in people.dropLast().enumerated() {
                _ = try await replica.register(person.registration("user\(index)"))
            }
            let chain = Sigchain(primary: people[0].primary)
            _ = try await replica.append(people[0].adding(people[5], to: chain))
            _ = try await replica.release(people[1].release("user1"))
            _ = try await bench.append([
                .suspend(people[2].primary, reason: "spam", until: until),
                .suspend(people[3].primary, reason: "old", until: now().advanced(by: .seconds(-5))),
                .suspend(people[4].primary, reason: "a mistake", until: nil), .resume(people[4].primary),
            ])
            let answers = try await Self.answers(replica, people)
            try await replica.replica.view.checkpoint()
            return answers
        }
        try ViewOfVersion1.write(bench.folder.file("old-registry.db"), like: bench.folder.file("made-registry.db"))
        // What no replay would bring: it tells that the view was kept.
        let sentinel = String(repeating: "5", count: 64)
        let old = try DatabaseQueue(path: bench.folder.file("old-registry.db"))
        try await old.write { database in
            try database.execute(
                sql: "INSERT INTO closures (hash, key, until) VALUES (?, ?, 0)", arguments: [sentinel, sentinel])
        }
        try old.close()

        let view = try await RegistryView.open(
            bench.folder.file("old-registry.db"), phase: RegistryPhase(), logger: bench.deployment.logger)
        #expect(view.gate.position == 11 && !view.epoch.isEmpty)
        #expect(try await view.read { try $0.suspension(of: people[2].primary)?.isAutomatic } == false)
        await view.close()

        let migrated = try await bench.replica("old") { replica in
            #expect(try await Self.answers(replica, people) == before)
            // It follows and writes on.
            _ = try await replica.register(bench.person().registration("newcomer"))
            _ = try await bench.append([
                .suspend(people[0].primary, reason: "flood", until: until, by: .registry)
            ])
            #expect(try await replica.status(people[0].primary).isSuspended)
            #expect(
                try await replica.replica.view.read {
                    try $0.offences(of: people[0].primary, since: now().advanced(by: .seconds(-60)))
                } == 1)
            let whole = try Self.dump(replica.replica.view.pool)
            #expect(whole.contains { $0.contains(sentinel) })
            return try Self.dump(replica.replica.view.pool, except: sentinel)
        }
        // The tables are those that a replay makes, row by row.
        try await bench.replica("fresh") { replica in
            _ = try await replica.lookup("newcomer")
            #expect(try Self.dump(replica.replica.view.pool) == migrated)
        }
    }

    @Test func aViewOfAnUnknownVersionIsBuiltAgain() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        try await bench.replica("newer") { replica in
            _ = try await replica.register(ann.registration("ann"))
            try await replica.replica.view.checkpoint()
        }
        let file = try DatabaseQueue(path: bench.folder.file("newer-registry.db"))
        try await file.write { database in
            try database.execute(sql: "DELETE FROM handles")
            try database.execute(sql: "PRAGMA user_version = 77")
        }
        try file.close()
        let user = try await bench.replica("newer") { try await $0.lookup("ann") }
        #expect(user.primary == ann.primary)
    }
}
