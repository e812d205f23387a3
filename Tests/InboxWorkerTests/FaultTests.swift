import Foundation
import GRDB
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

/// What happens to the disk and the file of a view: nothing is lost, and the worker helps itself.
@Suite(.serialized) struct FaultTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")

    /// Messages of a kilobyte, a delete and a block.
    private func fill(_ scene: Scene, count: Int = 3000) async throws {
        let text = String(repeating: "x", count: 700)
        try await scene.send(
            (0..<count).map { Envelopes.attributed(from: self.peer, to: self.owner, text: "\($0) \(text)") },
            to: self.owner, from: self.peer)
        #expect(try await scene.delete(self.owner, #"{"up_to":20}"#) == 20)
        _ = try await scene.settings(self.owner, #"{"anonymous":false}"#)
    }

    private func health(_ health: HealthBoard) -> String { health.failures["inbox-worker"] ?? "" }

    // MARK: The disk

    @Test(.enabled(if: SmallDisk.isPossible, "a file system of our own needs root"))
    func aFullDiskDelaysAndLosesNothing() async throws {
        let disk = try SmallDisk(kilobytes: 6144)
        var scene = try await Scene()
        scene.views = disk.path
        let health = HealthBoard()
        try await scene.withWorker(health: health) { [scene] in
            try await self.fill(scene, count: 200)
            let before = try await scene.seqs(self.owner)
            try disk.fill()
            var expected = before
            for number in 0..<300 {
                // Acknowledged by the broker, whose disk is another one.
                let envelope = Envelopes.object(size: 4000 + number)
                expected.append(try await scene.send(envelope, to: self.owner, from: self.peer))
            }
            try await eventually("health tells") { self.health(health).contains("the disk is full") }
            let refusal = await scene.refusal(.list, self.owner, "{}")
            #expect(refusal?.status == 503)
            try await eventually("nobody is left waiting in the queue group") {
                let start = ContinuousClock.now
                _ = await scene.refusal(.list, self.owner, "{}")
                return start.duration(to: .now) < .seconds(1)
            }
            try disk.clear()
            try await eventually("it goes on by itself") { health.isReady }
            try await eventually("it answers") { (try? await scene.head(self.owner)) != nil }
            var seqs: [UInt64] = []
            while true {
                let page = try await scene.page(self.owner, since: seqs.last ?? 0)
                seqs += page.messages.map(\.seq)
                guard page.hasMore else { break }
            }
            #expect(seqs == expected)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a file system of our own needs root"))
    func aDiskThatIsFullAtTheStartIsWaitedFor() async throws {
        let disk = try SmallDisk(kilobytes: 2048)
        var scene = try await Scene()
        scene.views = disk.path
        try disk.fill()
        let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
        let health = HealthBoard()
        try await scene.withWorker(health: health, isWaiting: false) { [scene] in
            try await eventually("health tells") { self.health(health).contains("disk is full") }
            #expect(self.health(health).contains(disk.path))
            try disk.clear()
            try await eventually("it starts by itself") { health.isReady }
            #expect(try await scene.seqs(self.owner) == [seq])
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a file system of our own needs root"))
    func aFolderThatCannotBeWrittenIsWaitedFor() async throws {
        let disk = try SmallDisk(kilobytes: 2048)
        var scene = try await Scene()
        scene.views = disk.path
        try disk.remount("ro")
        let health = HealthBoard()
        try await scene.withWorker(health: health, isWaiting: false) {
            try await eventually("health tells") { self.health(health).contains(disk.path) }
            try disk.remount("rw")
            try await eventually("it starts by itself") { health.isReady }
        }
    }

    /// Deleted files go on serving for whoever has them open; nobody shall believe that they are kept.
    @Test func aFolderThatIsGoneIsMadeAgain() async throws {
        var scene = try await Scene()
        let folder = scene.folder.file("views")
        scene.views = folder
        scene.inspection = .milliseconds(100)
        let health = HealthBoard()
        try await scene.withWorker(health: health) { [scene] in
            try await self.fill(scene, count: 50)
            let before = try await scene.answers(self.owner)
            try FileManager.default.removeItem(atPath: folder)
            try await eventually("the view is there again") {
                FileManager.default.fileExists(atPath: scene.path(.a))
            }
            try await scene.eventuallyAnswers(self.owner, before)
            try await eventually("ready") { health.isReady }
        }
    }

    // MARK: The file

    /// Overwrites half of a file, in the middle.
    private func damage(_ path: String) throws {
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        let start = size / 4 / 4096 * 4096
        try handle.seek(toOffset: UInt64(start))
        try handle.write(contentsOf: Data((0..<(size / 2)).map { _ in UInt8.random(in: 0...255) }))
        try handle.close()
    }

    @Test func aFileDamagedInTheMiddleWhileItServesIsBuiltAgain() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            try await self.fill(scene)
            let before = try await scene.answers(self.owner)
            for suffix in ["-wal", ""] { try self.damage(scene.path(.a) + suffix) }
            // Cached pages still answer; what has to be read from the file finds the damage.
            var since: UInt64 = 0
            while let page = try? await scene.page(self.owner, since: since), page.hasMore { since = page.next }
            try await scene.eventuallyAnswers(self.owner, before)
            var seqs: [UInt64] = []
            while true {
                let page = try await scene.page(self.owner, since: seqs.last ?? 0)
                seqs += page.messages.map(\.seq)
                guard page.hasMore else { break }
            }
            #expect(seqs == Array(21...3000))
        }
    }

    @Test func aFileDamagedInTheMiddleWhileNothingRunsIsBuiltAgain() async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene)
            return try await scene.answers(self.owner)
        }
        try self.damage(scene.path(.a))
        try await scene.withWorker { try await scene.eventuallyAnswers(self.owner, before) }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func aFileCutOffAnywhereIsBuiltAgain(eighths: Int) async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene, count: 300)
            return try await scene.answers(self.owner)
        }
        let path = scene.path(.a)
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(size * eighths / 8))
        try handle.close()
        try await scene.withWorker { try await scene.eventuallyAnswers(self.owner, before) }
    }

    @Test func aViewOfAFutureVersionIsBuiltAgain() async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene, count: 50)
            return try await scene.answers(self.owner)
        }
        let file = try DatabaseQueue(path: scene.path(.a))
        try await file.write { database in
            try database.execute(sql: "ALTER TABLE messages RENAME COLUMN envelope TO bytes; PRAGMA user_version = 99")
        }
        try file.close()
        let after = try await scene.withWorker { try await scene.answers(self.owner) }
        #expect(after == before)
    }
}
