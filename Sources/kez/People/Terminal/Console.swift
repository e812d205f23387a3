import Foundation

/// Where a conversation is shown: a terminal with a line at the bottom that nothing tears, or plain lines.
///
/// Used by one task at a time; what it is given is safe to show already.
struct Console {
    private let terminal: RawTerminal?
    private var editor = LineEditor()
    private var decoder = KeyDecoder()
    /// What stands before the line.
    var prompt = "> "
    /// The last line may be replaced by one of the same kind: how far a message came.
    private var replaceable: String?

    /// - Parameter terminal: nil for plain lines.
    init(_ terminal: RawTerminal?) { self.terminal = terminal }

    var isTerminal: Bool { self.terminal != nil }

    func open() { self.terminal?.enter() }
    func close() { self.terminal?.leave() }

    /// - Parameter kind: this line replaces the last one if that was of the same kind.
    mutating func show(_ line: String, replacing kind: String? = nil) {
        defer { self.replaceable = kind }
        guard self.isTerminal else { return Output.line(line) }
        let up = kind != nil && kind == self.replaceable ? "\u{1B}[1A" : ""
        Output.write("\r\u{1B}[K\(up)\(up.isEmpty ? "" : "\u{1B}[K")\(line)\n\(self.row)", to: .standardOutput)
    }

    /// Draws the line at the bottom again.
    func redraw() {
        if self.isTerminal { Output.write(self.row, to: .standardOutput) }
    }

    func clear() {
        if self.isTerminal { Output.write("\u{1B}[2J\u{1B}[H\(self.row)", to: .standardOutput) }
    }

    private var row: String {
        let (text, cursor) = self.editor.row(prompt: self.prompt, columns: RawTerminal.columns)
        return "\r\u{1B}[K\(text)\r" + (cursor > 0 ? "\u{1B}[\(cursor)C" : "")
    }

    /// - Returns: what a person's keys ask for.
    mutating func press(_ bytes: [UInt8]) -> [LineEditor.Action] {
        let actions = self.decoder.decode(bytes).map { self.editor.press($0) }
        self.redraw()
        return actions.filter { $0 != .none }
    }

    var isWriting: Bool { !self.editor.text.isEmpty && !self.editor.text.hasPrefix("/") }

    /// Faint on a terminal, as it is elsewhere.
    func faint(_ text: String) -> String { self.isTerminal ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
    func bold(_ text: String) -> String { self.isTerminal ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
