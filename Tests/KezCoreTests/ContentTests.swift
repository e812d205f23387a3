import KezCore
import Testing

@Suite struct ContentTests {
    private static let id = String(repeating: "ab", count: 16)

    @Test func readsWhatItWrites() throws {
        let id = try #require(MessageID(Self.id))
        let ann = try signer(1).primary
        let file = FileDescription(
            id: id, filename: "a.txt", mime: "text/plain", size: 3, sha256: Digest.sha256Hex("abc"), caption: "c")
        let bodies: [ContentBody] = [
            .text("hello", replyTo: nil), .text("é\n", replyTo: id), .inlineFile(file, data: Array("abc".utf8)),
            .chunkedFile(file, chunks: 2), .fileChunk(FileChunk(file: id, index: 1, count: 2, data: [1, 2])),
            .fileWant(id, missing: [0, 5]), .receipt(.read, [id]), .reaction(target: id, emoji: "👍"),
            .edit(target: id, text: "x"), .delete(target: id),
            .sync(.sent(to: ann, id: id, createdAt: Timestamp(unixSeconds: 1), body: Array("{\"kez\":\"x\"}".utf8))),
            .sync(.read(peer: ann, upTo: id)), .sync(.settings(body: Array("{}".utf8))),
        ]
        for body in bodies {
            for content in [
                Content(body), Content(body, fallback: "f", quiet: true, conversation: id, expiresIn: 60),
            ] {
                let plaintext = content.plaintext(maximum: 200_000)
                #expect(Content(plaintext: plaintext) == content)
                #expect(Padding.length(for: plaintext.count) == plaintext.count)
            }
        }
        #expect(file.matches(Array("abc".utf8)) && !file.matches(Array("abd".utf8)))
    }

    @Test(arguments: ["", "hello", "{}", "[1]", "{\"kez\":5}", "{\"kez\":\"kez-text-v1\"", "\u{0}"])
    func showsEverythingElseAsPlainText(text: String) {
        let content = Content(plaintext: Array(text.utf8))
        #expect(content.body == .plainText(text))
        #expect(content.display == .text(text))
    }

    @Test(arguments: [
        "\"kez\":\"kez-poll-v1\"", "\"kez\":\"kez-text-v1\"", "\"kez\":\"kez-text-v1\",\"text\":5",
        "\"kez\":\"kez-text-v1\",\"text\":\"a\",\"reply_to\":\"x\"",
        "\"kez\":\"kez-text-v1\",\"text\":\"a\",\"conv\":\"x\"",
        "\"kez\":\"kez-text-v1\",\"text\":\"a\",\"expires_in\":0", "\"kez\":\"kez-file-v1\",\"mode\":\"carrier\"",
        "\"kez\":\"kez-react-v1\",\"target\":\"\(id)\"", "\"kez\":\"kez-delete-v1\"",
        "\"kez\":\"kez-file-chunk-v1\",\"file_id\":\"\(id)\",\"i\":2,\"n\":2,\"data\":\"\"",
    ])
    func fallsBackForUnknownAndIllTyped(members: String) {
        #expect(Content(plaintext: Array("{\(members)}".utf8)).display == .placeholder)
        #expect(Content(plaintext: Array("{\(members),\"fallback\":\"f\"}".utf8)).display == .text("f"))
        #expect(Content(plaintext: Array("{\(members),\"quiet\":true}".utf8)).display == .nothing)
        let long = String(repeating: "x", count: 1001)
        #expect(Content(plaintext: Array("{\(members),\"fallback\":\"\(long)\"}".utf8)).fallback?.count == 1000)
    }

    @Test(arguments: [
        (0, 256), (256, 256), (257, 512), (1025, 2048), (4096, 4096), (4097, 8192), (8193, 12_288),
    ])
    func padsToTheNextLength(count: Int, expected: Int) { #expect(Padding.length(for: count) == expected) }

    @Test func padsEveryLength() {
        for count in 0..<600 {
            let content = Content(.text(String(repeating: "a", count: count), replyTo: nil))
            let padded = content.plaintext(maximum: 10_000)
            #expect([256, 512, 1024].contains(padded.count))
            #expect(Content(plaintext: padded) == content)
        }
        #expect(Content(.text("a", replyTo: nil)).plaintext(maximum: 255).count < 64)
    }

    @Test func readsTypingSignals() {
        for active in [true, false] {
            #expect(LiveSignal(parsing: LiveSignal.typing(active: active).bytes) == .typing(active: active))
        }
        for text in ["", "{}", "{\"kez\":\"kez-typing-v1\"}", "{\"kez\":\"x\",\"active\":true}"] {
            #expect(LiveSignal(parsing: Array(text.utf8)) == nil)
        }
    }
}
