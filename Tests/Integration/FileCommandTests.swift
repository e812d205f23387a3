import Foundation
import KezCore
import KezTesting
import Testing

@testable import KezClient

/// Files on the command line, both ways.
@Suite struct FileCommandTests {
    private static func bytes(_ count: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) })
    }

    /// Two registered people.
    private static func people(_ system: TestSystem) async throws {
        for person in ["alice", "bob"] {
            #expect(try await system.kez(["register", person, "--url", system.url], as: person).status == 0)
        }
    }

    private static func objects(_ output: String) throws -> [[String: Any]] {
        try output.split(separator: "\n").filter { $0.hasPrefix("{") }.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test(arguments: [false, true])
    func filesOfEverySizeArrive(overHTTP: Bool) async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let door = overHTTP ? ["--url", system.url] : []
        let folder = system.folder.file("downloads")
        let sizes = [0, 1, 81_920, 81_921, 500_000]
        for (number, size) in sizes.enumerated() {
            let path = system.folder.file("file \(number).bin")
            try Self.bytes(size).write(to: URL(filePath: path))
            let sent = try await system.kez(
                ["send", "bob", "--file", path, "--caption", "number \(number)"] + door, as: "alice")
            #expect(sent.status == 0, "\(sent.output)")
            #expect(sent.output.contains("sent "))
            if size > 81_920 { #expect(sent.output.contains("file \(number).bin: ")) }
        }
        let heard = try await system.kez(
            ["listen", "--count", "\(sizes.count)", "--json", "--download", folder] + door, as: "bob")
        #expect(heard.status == 0, "\(heard.output)")
        let objects = try Self.objects(heard.output)
        let saved = objects.filter { $0["type"] as? String == "file" }
        #expect(saved.count == sizes.count, "\(heard.output)")
        for (number, size) in sizes.enumerated() {
            let path = "\(folder)/file \(number).bin"
            #expect(FileManager.default.contents(atPath: path) == Self.bytes(size))
            #expect(saved[number]["path"] as? String == path)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
        }
        let captions = objects.compactMap { ($0["file"] as? [String: Any])?["caption"] as? String }
        #expect(captions.contains("number 4"))

        // The same again comes beside the first.
        let again = try await system.kez(
            ["listen", "--from-start", "--count", "1", "--download", folder] + door, as: "bob")
        #expect(again.status == 0)
        #expect(FileManager.default.fileExists(atPath: "\(folder)/file 0 (2).bin"))
    }

    @Test func refusesWhatCannotBeSent() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let path = system.folder.file("large.bin")
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: (10 << 20) + 1)
        try handle.close()
        for (arguments, status, words) in [
            (["bob", "--file", path], Int32(1), "10 MiB"), (["bob", "--file", "/nonexistent"], 1, "/nonexistent"),
            (["bob", "--file", system.folder.url.path], 1, "is not a file"),
            (["bob", "text", "--file", path], 64, "--caption"),
            (["bob", "text", "--caption", "x"], 64, "--file"), (["nobody", "--file", "/dev/null"], 1, "not a file"),
        ] {
            let result = try await system.kez(["send"] + arguments, as: "alice")
            #expect(result.status == status && result.output.contains(words), "\(arguments): \(result.output)")
        }
        // Nothing of it went out.
        #expect(try await system.kez(["inbox"], as: "bob").output.isEmpty)
    }

    @Test func goesOnWithAFileAfterARestart() async throws {
        let system = try await TestSystem()
        let (aliceKey, bobKey) = (
            try await People.register("alice", on: system), try await People.register("bob", on: system)
        )
        let alice = try await People.connect(aliceKey, to: system)
        let file = try OutgoingFile(filename: "late.bin", bytes: [UInt8](Self.bytes(300_000)))
        let key = system.folder.file("bob.nk")
        try Data((bobKey.seed + "\n").utf8).write(to: URL(filePath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let folder = system.folder.file("downloads")
        let listen = ["listen", "--count", "1", "--key", key, "--download", folder]

        try await alice.sendChunks([0, 1], of: file, to: bobKey.key) { _ in true }
        _ = try await alice.send("first", to: "bob")
        #expect(try await system.kez(listen, as: "bob").output.contains("alice: first"))
        try await alice.sendChunks([2, 3], of: file, to: bobKey.key) { _ in true }
        _ = try await alice.post(Content(file.content), to: bobKey.key)
        let second = try await system.kez(listen, as: "bob")
        #expect(second.output.contains("late.bin") && !second.output.contains("first"), "\(second.output)")
        #expect(FileManager.default.contents(atPath: "\(folder)/late.bin") == Self.bytes(300_000), "\(second.output)")
        await alice.close()
    }

    @Test func hostileFilesAreNotSavedOutside() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let aliceKey = try await People.register("mallory", on: system)
        let mallory = try await People.connect(aliceKey, to: system)
        let bob = try #require(Primary(text: try await mallory.lookup("bob").primary))
        let bytes: [UInt8] = [1, 2, 3]
        func file(_ name: String, sha256: String? = nil, size: Int = 3) -> FileDescription {
            FileDescription(
                id: .random(), filename: name, mime: "a\u{1B}b", size: size, sha256: sha256 ?? Digest.sha256Hex(bytes))
        }
        for body in [
            ContentBody.inlineFile(file("../../../tmp/escaped.txt"), data: bytes),
            .inlineFile(file("wrong.txt", sha256: String(repeating: "0", count: 64)), data: bytes),
            .inlineFile(file("short.txt", size: 4), data: bytes),
            .inlineFile(file("\u{1B}]0;x\u{7}\u{202E}gnp.sh"), data: bytes),
        ] { _ = try await mallory.post(Content(body), to: bob) }
        let folder = system.folder.file("downloads")
        let heard = try await system.kez(["listen", "--count", "4", "--download", folder], as: "bob")
        #expect(heard.status == 0, "\(heard.output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["]0;x gnp.sh", "escaped.txt"])
        #expect(heard.output.contains("wrong_hash") && heard.output.contains("wrong_size"))
        #expect(!heard.output.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })

        // Only of people whom one has written to.
        let contacts = system.folder.file("contacts")
        let quiet = try await system.kez(
            ["listen", "--from-start", "--count", "4", "--download", contacts, "--contacts-only"], as: "bob")
        #expect(quiet.status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: contacts).isEmpty)
        await mallory.close()
    }
}
