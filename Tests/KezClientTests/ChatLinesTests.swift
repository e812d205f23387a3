import Foundation
import KezClient
import KezCore
import Testing

@testable import kez

@Suite struct ChatLinesTests {
    @Test(arguments: [
        ("hello", ChatInput.text("hello")), ("  ", .nothing), ("//slash", .text("/slash")), ("/quit", .quit),
        ("/help", .help),
        ("/reply 12 yes and no", .reply(12, "yes and no")), ("/react 3 👍", .react(3, "👍")), ("/react 3", .react(3, "")),
        ("/edit 4 new", .edit(4, "new")), ("/edit new words", .edit(nil, "new words")), ("/edit 4", .edit(nil, "4")),
        ("/delete 5", .delete(5)), ("/save 6", .save(6, folder: nil)),
        ("/save 6 /tmp/a b", .save(6, folder: "/tmp/a b")),
        ("/cancel 7", .cancel(7)), ("/history", .history(50)), ("/history 3", .history(3)),
        ("/file a.txt", .file("a.txt")),
    ])
    func readsLines(line: String, expected: ChatInput) { #expect(ChatInput(line) == expected) }

    @Test(arguments: [
        "/reply", "/reply x y", "/reply 3", "/react", "/delete", "/delete 0", "/save x", "/file", "/edit", "/nonsense",
    ])
    func saysWhatIsWrong(line: String) {
        guard case .wrong = ChatInput(line) else {
            Issue.record("\(line) was taken")
            return
        }
    }

    @Test func findsThePathInWhatFollowsFile() {
        let exists = { @Sendable (path: String) in path == "my file.txt" }
        #expect(ChatInput.path(in: "my file.txt", exists: exists) == ("my file.txt", nil))
        #expect(
            ChatInput.path(in: "\"other file.txt\" look at this", exists: exists) == ("other file.txt", "look at this"))
        #expect(ChatInput.path(in: "a.txt look at this ", exists: exists) == ("a.txt", "look at this"))
    }

    @Test func numbersMessagesAndNamesThemByNumber() throws {
        var talk = Talk()
        var view = ChatView(peer: "bob", isTerminal: false)
        func lines(_ outputs: [ChatOutput]) -> [String] {
            outputs.told.flatMap { view.lines(ChatEvent($0)) }.map(\.text)
        }
        #expect(
            lines(talk.take(.text("hi\nthere", replyTo: nil), id: Talk.id(1), at: 0)) == [
                "[1] 1970-01-01 00:00:00 bob: hi\n    there"
            ])
        #expect(
            lines(talk.takeSent(.text("yes", replyTo: Talk.id(1)), id: Talk.id(2), at: 1000)) == [
                "[2] 1970-01-01 00:00:01 you (answers 1): yes"
            ])
        #expect(lines(talk.take(.receipt(.delivered, [Talk.id(2)]))) == ["* 2 delivered"])
        #expect(lines(talk.take(.receipt(.read, [Talk.id(2)]))) == ["* 2 read"])
        #expect(lines(talk.take(.reaction(target: Talk.id(2), emoji: "👍"))) == ["* bob reacted 👍 to 2"])
        #expect(lines(talk.take(.reaction(target: Talk.id(2), emoji: ""))) == ["* bob took the reaction to 2 back"])
        #expect(lines(talk.take(.edit(target: Talk.id(1), text: "hello"))) == ["* 1 edited: hello"])
        #expect(lines(talk.takeSent(.delete(target: Talk.id(2)))) == ["* 2 deleted"])
        #expect(view.message(1)?.key.id == Talk.id(1) && view.message(3) == nil)
        #expect(view.lastOwn == nil)
        #expect(view.lines(ChatEvent(.typing(talk.conversation, isActive: true))).map(\.text) == ["* bob is typing"])
    }

    @Test func hostileWordsAreHarmlessInEveryLine() throws {
        var talk = Talk()
        let evil = "\u{1B}]0;x\u{7}\u{9B}2J\u{202E}"
        let file = FileDescription(
            id: Talk.id(9), filename: "../\(evil).sh", mime: "x/\(evil)\n", size: 3,
            sha256: Digest.sha256Hex([1, 2, 3]), caption: evil)
        for isTerminal in [true, false] {
            var view = ChatView(peer: "bob", isTerminal: isTerminal)
            for body in [
                ContentBody.text(evil, replyTo: nil), .inlineFile(file, data: [1, 2, 3]),
                .reaction(target: Talk.id(1), emoji: evil),
                .edit(target: Talk.id(1), text: evil), .plainText(evil),
            ] {
                if case .text = body { talk = Talk() }
                for kind in talk.take(
                    body, id: Talk.id(body == .text(evil, replyTo: nil) ? 1 : .random(in: 100...1_000_000))
                ).told {
                    let text = EventLine(names: [:], me: "").text(ChatEvent(kind)) ?? ""
                    let shown = view.lines(ChatEvent(kind)).map(\.text).joined()
                        .replacing("\u{1B}[2m", with: "").replacing("\u{1B}[1m", with: "").replacing(
                            "\u{1B}[0m", with: "")
                    for scalar in (text + shown).unicodeScalars {
                        #expect(scalar == "\n" || scalar.properties.generalCategory != .control)
                        #expect(scalar != "\u{202E}")
                    }
                }
            }
        }
    }

    @Test func writesOneJSONObjectALine() throws {
        var talk = Talk()
        let line = EventLine(names: [Talk.bob.text: "bob"], me: Talk.me.text)
        func json(_ outputs: [ChatOutput]) throws -> [String: Any] {
            let event = ChatEvent(try #require(outputs.told.first))
            let text = try #require(line.json(event))
            #expect(!text.contains("\n"))
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
        let message = try json(talk.take(.text("a\nb", replyTo: Talk.id(7)), id: Talk.id(1)))
        #expect(message["type"] as? String == "message" && message["text"] as? String == "a\nb")
        #expect(message["from"] as? String == Talk.bob.text && message["name"] as? String == "bob")
        #expect(message["id"] as? String == Talk.id(1).hex && message["reply_to"] as? String == Talk.id(7).hex)
        let own = try json(talk.takeSent(.text("mine", replyTo: nil)))
        #expect(own["own"] as? Bool == true && own["to"] as? String == Talk.bob.text)
        let edit = try json(talk.take(.edit(target: Talk.id(1), text: "c")))
        #expect(edit["type"] as? String == "edit" && edit["target"] as? String == Talk.id(1).hex)
        let receipt = try json(talk.take(.receipt(.read, [Talk.id(3)])))
        #expect(receipt["state"] as? String == "read" && receipt["ids"] as? [String] == [Talk.id(3).hex])
        let file = try OutgoingFile(filename: "a/b.txt", bytes: [1], caption: "c")
        let announced = try json(talk.take(file.content))
        let members = try #require(announced["file"] as? [String: Any])
        #expect(
            members["filename"] as? String == "b.txt" && members["size"] as? Int == 1
                && members["caption"] as? String == "c")
    }
}
