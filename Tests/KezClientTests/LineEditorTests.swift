import Testing

@testable import kez

@Suite struct LineEditorTests {
    private static func typed(_ text: String) -> LineEditor {
        var editor = LineEditor()
        _ = editor.press(.text(text))
        return editor
    }

    @Test func writesMovesAndErases() {
        var editor = Self.typed("hello wörld")
        for key in [Key.left, .left, .backspace, .text("L"), .home, .text(">"), .end, .text("!")] {
            _ = editor.press(key)
        }
        #expect(editor.text == ">hello wöLld!")
        _ = editor.press(.killWord)
        #expect(editor.text == ">hello ")
        for key in [Key.wordLeft, .killToEnd] { _ = editor.press(key) }
        #expect(editor.text == "")
    }

    @Test func aCharacterOfSeveralPartsIsOne() {
        var editor = Self.typed("a👨‍👩‍👧e\u{301}")
        _ = editor.press(.backspace)
        _ = editor.press(.backspace)
        #expect(editor.text == "a")
    }

    @Test func remembersLines() {
        var editor = Self.typed("first")
        #expect(editor.press(.enter) == .line("first"))
        _ = editor.press(.text("second"))
        _ = editor.press(.enter)
        _ = editor.press(.text("at hand"))
        _ = editor.press(.up)
        #expect(editor.text == "second")
        _ = editor.press(.up)
        _ = editor.press(.up)
        #expect(editor.text == "first")
        for _ in 0..<3 { _ = editor.press(.down) }
        #expect(editor.text == "at hand")
    }

    @Test func endsOnlyWithAnEmptyLine() {
        var editor = Self.typed("x")
        #expect(editor.press(.interrupt) == .changed)
        #expect(editor.text.isEmpty)
        #expect(editor.press(.interrupt) == .endOfInput)
        #expect(editor.press(.endOfInput) == .endOfInput)
    }

    @Test func theRowNeverFillsTheTerminal() {
        for text in [
            "short", String(repeating: "long ", count: 50), String(repeating: "日本", count: 80), "a\nb\u{1B}[2J",
        ] {
            for columns in [1, 10, 20, 80] {
                var editor = Self.typed(text)
                for _ in 0..<5 {
                    let (row, cursor) = editor.row(prompt: "bob is typing… > ", columns: columns)
                    #expect(DisplayWidth.of(row) < max(columns, 2) && cursor <= DisplayWidth.of(row))
                    #expect(!row.unicodeScalars.contains { $0.value < 32 })
                    _ = editor.press(.left)
                }
            }
        }
    }

    @Test(arguments: [
        ("abc", 3), ("日本語", 6), ("👍", 2), ("🇩🇪", 2), ("👨‍👩‍👧", 2), ("e\u{301}", 1), ("❤️", 2), ("ﾊﾛｰ", 3), ("한글", 4), ("", 0),
    ])
    func knowsWidths(text: String, width: Int) { #expect(DisplayWidth.of(text) == width) }

    @Test func takesBytesApart() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(Array("hé日".utf8)) == [.text("hé日")])
        #expect(
            decoder.decode(Array("\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[3~\u{1B}b\r".utf8)) == [
                .up, .down, .wordRight, .delete, .wordLeft, .enter,
            ])
        #expect(
            decoder.decode([0x7F, 0x01, 0x05, 0x15, 0x0B, 0x17, 0x03, 0x04, 0x1A]) == [
                .backspace, .home, .end, .killToStart, .killToEnd, .killWord, .interrupt, .endOfInput, .suspend,
            ])
        // A character that comes in pieces.
        let bytes = Array("🎉".utf8)
        #expect(bytes.flatMap { decoder.decode([$0]) } == [.text("🎉")])
        // What is no UTF-8 does no harm, and what follows is read.
        #expect(decoder.decode([0xC3, 0x28]) == [.text("\u{FFFD}(")])
        #expect(decoder.decode([0xFF]) == [.text("\u{FFFD}")])
        // Unknown sequences are nothing.
        #expect(decoder.decode(Array("\u{1B}[99;1Zx".utf8)) == [.text("x")])
    }

    @Test func aPastedLineFeedIsNotEnter() {
        var decoder = KeyDecoder()
        let keys = decoder.decode(Array("\u{1B}[200~one\ntwo\u{1B}[201~".utf8))
        #expect(keys == [.text("one\ntwo")])
        var editor = LineEditor()
        for key in keys { _ = editor.press(key) }
        #expect(editor.row(prompt: "> ", columns: 80).text == "> one⏎two")
        #expect(editor.press(.enter) == .line("one\ntwo"))
    }
}
