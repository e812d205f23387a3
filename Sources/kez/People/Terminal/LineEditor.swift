import KezClient

/// One line that a person writes, with what he wrote before. Pure: keys in, actions out, and a row of the terminal.
struct LineEditor {
    enum Action: Equatable {
        /// The line is done.
        case line(String)
        case changed
        case clearScreen, endOfInput, suspend
        case none
    }

    private static let maximumLines = 200
    private static let maximumBytes = 200_000

    private var before = ""
    private var after = ""
    private var lines: [String] = []
    /// The place in `lines` that is shown; its count: the line at hand.
    private var place = 0
    private var atHand = ""

    var text: String { self.before + self.after }

    mutating func press(_ key: Key) -> Action {
        switch key {
        case .text(let text): self.insert(text)
        case .enter: return self.finish()
        case .backspace: if !self.before.isEmpty { self.before.removeLast() }
        case .delete: if !self.after.isEmpty { self.after.removeFirst() }
        case .left: if let last = self.before.popLast() { self.after = String(last) + self.after }
        case .right: if !self.after.isEmpty { self.before.append(self.after.removeFirst()) }
        case .home: (self.before, self.after) = ("", self.text)
        case .end: (self.before, self.after) = (self.text, "")
        case .wordLeft: self.move(while: { $0.isWhitespace }, then: { !$0.isWhitespace })
        case .wordRight: self.moveRight()
        case .killToEnd: self.after = ""
        case .killToStart: self.before = ""
        case .killWord:
            while self.before.last?.isWhitespace ?? false { self.before.removeLast() }
            while self.before.last.map({ !$0.isWhitespace }) ?? false { self.before.removeLast() }
        case .up: self.show(self.place - 1)
        case .down: self.show(self.place + 1)
        case .clearScreen: return .clearScreen
        case .suspend: return .suspend
        case .endOfInput:
            if self.text.isEmpty { return .endOfInput }
            return self.press(.delete)
        case .interrupt:
            // First the line goes, then the program.
            guard !self.text.isEmpty else { return .endOfInput }
            (self.before, self.after, self.place) = ("", "", self.lines.count)
        }
        return .changed
    }

    private mutating func insert(_ text: String) {
        guard self.before.utf8.count + self.after.utf8.count + text.utf8.count <= Self.maximumBytes else { return }
        // What is pasted may hold what no key types.
        self.before += SafeText.lines(text)
    }

    private mutating func finish() -> Action {
        let line = self.text
        (self.before, self.after) = ("", "")
        if !line.isEmpty, line != self.lines.last { self.lines.append(line) }
        if self.lines.count > Self.maximumLines { self.lines.removeFirst() }
        self.place = self.lines.count
        return .line(line)
    }

    private mutating func show(_ place: Int) {
        guard 0...self.lines.count ~= place, place != self.place else { return }
        if self.place == self.lines.count { self.atHand = self.text }
        self.place = place
        (self.before, self.after) = (place == self.lines.count ? self.atHand : self.lines[place], "")
    }

    private mutating func move(while skipped: (Character) -> Bool, then taken: (Character) -> Bool) {
        while let last = self.before.last, skipped(last) { _ = self.press(.left) }
        while let last = self.before.last, taken(last) { _ = self.press(.left) }
    }

    private mutating func moveRight() {
        while let first = self.after.first, first.isWhitespace { _ = self.press(.right) }
        while let first = self.after.first, !first.isWhitespace { _ = self.press(.right) }
    }

    // MARK: Showing

    /// What fits into one row behind `prompt`, and the column of the cursor, from 0. It never fills the row, so that no
    /// terminal goes to the next one.
    func row(prompt: String, columns: Int) -> (text: String, cursor: Int) {
        let shownPrompt = Self.cut(prompt, to: max(0, columns - 8))
        let start = DisplayWidth.of(shownPrompt)
        let room = max(1, columns - 1 - start)
        var shownBefore = ""
        var width = 0
        for character in self.before.reversed().lazy.map(Self.visible) {
            let next = DisplayWidth.of(character)
            guard width + next <= room else { break }
            shownBefore = String(character) + shownBefore
            width += next
        }
        let cursor = start + width
        var shownAfter = ""
        for character in self.after.lazy.map(Self.visible) {
            let next = DisplayWidth.of(character)
            guard width + next <= room else { break }
            shownAfter.append(character)
            width += next
        }
        return (shownPrompt + shownBefore + shownAfter, cursor)
    }

    private static func visible(_ character: Character) -> Character {
        switch character {
        case "\n", "\r\n": "⏎"
        case "\t": " "
        default: character
        }
    }

    private static func cut(_ text: String, to columns: Int) -> String {
        var (cut, width) = ("", 0)
        for character in text {
            width += DisplayWidth.of(character)
            guard width <= columns else { break }
            cut.append(character)
        }
        return cut
    }
}
