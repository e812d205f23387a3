import Foundation
import KezTesting
import Testing

/// `kez chat`, as a script drives it and as a person has it in front.
@Suite struct ChatCommandTests {
    private static func people(_ system: TestSystem) async throws {
        for person in ["alice", "bob"] {
            #expect(try await system.kez(["register", person, "--url", system.url], as: person).status == 0)
        }
    }

    @Test(arguments: [false, true])
    func twoPeopleTalk(overHTTP: Bool) async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let door = overHTTP ? ["--url", system.url] : []
        let path = system.folder.file("cat picture.png")
        let content = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try content.write(to: URL(filePath: path))
        let downloads = system.folder.file("saved")

        #expect(try await system.kez(["send", "bob", "before anybody looked"] + door, as: "alice").status == 0)
        let alice = try ScriptedChat(system, "alice", with: "bob", door)
        try await alice.see("you: before anybody looked")
        try await alice.see("* ready")
        let bob = try ScriptedChat(system, "bob", with: "alice@kez.test", door + ["--download", downloads])
        try await bob.see("alice: before anybody looked")
        // What was shown is read.
        try await alice.see("* 1 read")

        try bob.say("hello alice")
        try await alice.see("[2]")
        try await bob.see("* 2 sent")
        try await bob.see("* 2 read")
        try alice.say("/reply 2 hello bob")
        #expect(try await bob.see("[3]").hasSuffix("alice (answers 2): hello bob"))
        try bob.say("/react 3 👍")
        try await alice.see("* bob reacted 👍 to 3")
        try bob.say("/edit hello dear alice")
        try await alice.see("* 2 edited: hello dear alice")
        try alice.say("to be taken back")
        try await bob.see("to be taken back")
        try alice.say("/delete 4")
        try await bob.see("* 4 deleted")
        try alice.say("/file \(path)")
        try await bob.see("[file cat picture.png, 195.3 KiB, image/png]")
        try await bob.see("* 5 is whole")
        try bob.say("/save 5")
        try await bob.see("* 5 saved as \(downloads)/cat picture.png")
        #expect(FileManager.default.contents(atPath: "\(downloads)/cat picture.png") == content)
        try bob.say("/file \"\(downloads)/cat picture.png\" and back")
        try await alice.see("image/png] and back")
        // Refusals are words.
        try alice.say("/edit 2 not mine")
        try await alice.see("Only one's own messages")
        try alice.say("/save 2")
        try await alice.see("There is no file")
        try alice.say("/reply 99 x")
        try await alice.see("no message 99")
        try alice.say("last words")
        #expect(try await alice.end() == 0)
        try await bob.see("alice: last words")
        #expect(try await bob.end() == 0)

        // The next run shows the same conversation, on both sides, as its other clients do.
        for (person, peer) in [("alice", "bob"), ("bob", "alice")] {
            let again = try ScriptedChat(system, person, with: peer, door + ["--download", downloads])
            try await again.see("* ready")
            let texts = again.lines.filter { $0.hasPrefix("[") }.map { line in
                line.split(separator: " ", maxSplits: 3).last.map(String.init) ?? ""
            }
            let (a, b) = person == "alice" ? ("you", "bob") : ("alice", "you")
            #expect(
                texts == [
                    "\(a): before anybody looked", "\(b): hello dear alice (edited)",
                    "\(a) (answers 2): hello bob  {👍}",
                    "\(a): [deleted]", "\(a): [file cat picture.png, 195.3 KiB, image/png]",
                    "\(b): [file cat picture.png, 195.3 KiB, image/png] and back", "\(a): last words",
                ], "\(again.lines)")
            // One's own files too.
            try again.say("/save 5")
            try await again.see("* 5 saved as")
            try again.say("/save 6")
            try await again.see("* 6 saved as")
            #expect(try await again.end() == 0)
        }
    }

    @Test func textsOfAScriptAllArriveInOrder() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let alice = try ScriptedChat(system, "alice", with: "bob")
        for number in 1...200 { try alice.say("line \(number)") }
        #expect(try await alice.end() == 0)
        let inbox = try await system.kez(["inbox"], as: "bob")
        let texts = inbox.output.split(separator: "\n").compactMap { $0.split(separator: ": ").last.map(String.init) }
        #expect(texts == (1...200).map { "line \($0)" })
    }

    @Test func whatIsSaidWhileTheServerIsAwayGoesOutLater() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let alice = try ScriptedChat(system, "alice", with: "bob")
        try await alice.see("* ready")
        try await system.stop()
        try alice.say("while you were away")
        try await alice.see("[1]")
        try await system.start()
        try await alice.see("* 1 sent")
        #expect(try await alice.end() == 0)
        #expect(try await system.kez(["inbox"], as: "bob").output.contains("while you were away"))
    }

    @Test func refusesWithASentence() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let result = try await system.kez(["chat", "nobody"], as: "alice")
        #expect(result.status == 1 && result.output.contains("not_found"), "\(result.output)")
    }

    // MARK: On a terminal

    @Test func incomingMessagesDoNotTearTheLine() async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let terminal = try TestTerminal(columns: 40)
        let (process, _) = try system.startKez(
            ["chat", "bob"], as: "alice", input: terminal.program, output: terminal.program)
        try await terminal.see("/help shows what can be done")
        #expect(!terminal.isCooked)
        try terminal.type("halb geschrieben 日本")
        try await terminal.see("bob> halb geschrieben 日本")
        let bob = try ScriptedChat(system, "bob", with: "alice")
        try await bob.see("* ready")
        // Somebody writes: the others see it.
        try await eventually("bob sees that alice writes") {
            // Told once in three seconds at the most.
            try terminal.type("x\u{7F}")
            return bob.lines.contains("* alice is typing")
        }
        try bob.say("dazwischen")
        // The line goes, the message comes, the line is there again.
        try await terminal.see("dazwischen\r\n\r\u{1B}[Kbob> halb geschrieben 日本")
        try terminal.type("\u{7F}曜日\r")
        try await bob.see("alice: halb geschrieben 日曜日")
        try await terminal.see("read")
        // A pasted text of two lines is one message.
        try terminal.type("\u{1B}[200~one\ntwo\u{1B}[201~\r")
        try await bob.see("alice: one")
        try terminal.type("/quit\r")
        try await eventually("chat ends") { !process.isRunning }
        #expect(try await process.stop() == 0)
        #expect(terminal.isCooked)
        #expect(try await bob.end() == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func theTerminalIsGivenBackAtEveryEnd(signal: Int32) async throws {
        let system = try await TestSystem()
        try await Self.people(system)
        let terminal = try TestTerminal()
        let (process, _) = try system.startKez(
            ["chat", "bob"], as: "alice", input: terminal.program, output: terminal.program)
        try await terminal.see("/help shows what can be done")
        try await eventually("the terminal is raw") { !terminal.isCooked }
        #expect(try await process.stop(signal: signal) == 0)
        #expect(terminal.isCooked)
        #expect(terminal.written.contains("\u{1B}[?2004l"))
    }
}
