import Foundation
import KezClient
import KezCore
import KezTesting
import Testing

@Suite struct SafeNamesTests {
    @Test(arguments: [
        ("cat.png", "cat.png"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("/", "file"),
        ("", "file"),
        ("..", "file"), (".bashrc", "bashrc"), ("  .ssh/ ", "ssh"), ("a\u{0}b\nc.txt", "a b c.txt"),
        ("photo\u{202E}gnp.exe", "photognp.exe"), ("a\u{200B}b.txt", "ab.txt"), ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("a:b|c?.txt", "a_b_c_.txt"), ("日本語.pdf", "日本語.pdf"), ("\u{1B}[2J.txt", "[2J.txt"), ("a.tar.gz", "a.tar.gz"),
        ("~", "file"), ("name. . ", "name"),
    ])
    func aNameIsOneName(sent: String, expected: String) {
        #expect(SafeFilename.of(sent) == expected)
    }

    @Test func aLongNameKeepsItsEnding() {
        for name in [String(repeating: "x", count: 5000) + ".jpeg", String(repeating: "日", count: 300) + ".jpeg"] {
            let safe = SafeFilename.of(name)
            #expect(safe.hasSuffix(".jpeg") && safe.count <= 120 && safe.utf8.count <= 205)
        }
    }

    @Test func textCannotControlTheTerminal() {
        let text = "see \u{1B}[2J\u{1B}]0;title\u{7} \u{9B}31m \r\nnext\rhidden\u{0}\u{202E}abc\u{2066}"
        let safe = SafeText.lines(text)
        #expect(safe.contains("hidden") && safe.contains("abc"))
        #expect(!safe.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(!safe.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x2066 })
        #expect(safe.split(separator: "\n").count == 3)
        #expect(SafeText.lines("e" + String(repeating: "\u{301}", count: 50)).unicodeScalars.count == 5)
        #expect(SafeText.lines("👨‍👩‍👧 🇩🇪 ❤️ مرحبا") == "👨‍👩‍👧 🇩🇪 ❤️ مرحبا")
    }

    @Test func savesBesideWhatIsThereAndNowhereElse() throws {
        let folder = try TemporaryFolder()
        let saver = try FileSaver(folder: folder.file("downloads"))
        let first = try saver.save([1], as: "a.txt")
        let second = try saver.save([2], as: "../a.txt")
        #expect(first == folder.file("downloads/a.txt") && second == folder.file("downloads/a (2).txt"))
        #expect(FileManager.default.contents(atPath: first) == Data([1]))
        #expect(FileManager.default.contents(atPath: second) == Data([2]))
        let mode = try FileManager.default.attributesOfItem(atPath: first)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        // A link that is in the way is not followed.
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("downloads/trap.txt"), withDestinationPath: folder.file("outside.txt"))
        #expect(try saver.save([3], as: "trap.txt").hasSuffix("trap (2).txt"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("outside.txt")))
        // Nothing temporary is left.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("downloads")).sorted()
        #expect(names == ["a (2).txt", "a.txt", "trap (2).txt", "trap.txt"])
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(filePath: folder.file("file")))
        #expect { try FileSaver(folder: folder.file("file/below")) } throws: { error in
            (error as? ClientError)?.message.contains("file/below") ?? false
        }
    }

    @Test(arguments: [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (10 << 20, "10 MiB")])
    func bytesInWords(count: Int, expected: String) { #expect(ByteCount.text(count) == expected) }
}
