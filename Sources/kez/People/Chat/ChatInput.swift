/// What a line of a conversation asks for. Pure.
enum ChatInput: Equatable {
    case text(String)
    case file(String)
    case save(Int, folder: String?)
    case reply(Int, String)
    case react(Int, String)
    /// nil: one's own last message.
    case edit(Int?, String)
    case delete(Int)
    case cancel(Int)
    case history(Int)
    case help
    case quit
    case nothing
    /// A sentence that says what is wrong.
    case wrong(String)

    static let helpText = """
        /reply N TEXT         answer message N
        /react N EMOJI        react to it; without EMOJI take that back
        /edit [N] TEXT        change message N, or your last one
        /delete N             take a message back, for everyone
        /file PATH [caption]  send a file, up to 10 MiB
        /cancel N             stop sending a file
        /save N [FOLDER]      save the file of message N
        /history [N]          show the last N messages
        /quit                 end (also Ctrl-D)
        //TEXT                send a text that begins with a slash
        """

    init(_ line: String) {
        guard line.hasPrefix("/") else {
            self = line.allSatisfy(\.isWhitespace) ? .nothing : .text(line)
            return
        }
        guard !line.hasPrefix("//") else {
            self = .text(String(line.dropFirst()))
            return
        }
        let (command, rest) = Self.split(line)
        let (first, words) = Self.split(rest)
        let number = Int(first).flatMap { $0 > 0 ? $0 : nil }
        switch (command, number) {
        case ("/file", _): self = rest.isEmpty ? .wrong("/file PATH [caption]") : .file(rest)
        case ("/save", let number?): self = .save(number, folder: words.isEmpty ? nil : words)
        case ("/save", _): self = .wrong("/save N [FOLDER], with the number of a message")
        case ("/reply", let number?) where !words.isEmpty: self = .reply(number, words)
        case ("/reply", _): self = .wrong("/reply N TEXT, with the number of a message")
        case ("/react", let number?): self = .react(number, words)
        case ("/react", _): self = .wrong("/react N EMOJI, with the number of a message")
        case ("/edit", let number?) where !words.isEmpty: self = .edit(number, words)
        case ("/edit", _): self = rest.isEmpty ? .wrong("/edit TEXT, or /edit N TEXT") : .edit(nil, rest)
        case ("/delete", let number?): self = .delete(number)
        case ("/delete", _): self = .wrong("/delete N, with the number of a message")
        case ("/cancel", let number?): self = .cancel(number)
        case ("/cancel", _): self = .wrong("/cancel N, with the number of a message")
        case ("/history", _): self = .history(number ?? 50)
        case ("/help", _): self = .help
        case ("/quit", _), ("/exit", _): self = .quit
        default: self = .wrong("there is no \(command): /help shows what there is")
        }
    }

    /// The first word, and the rest without the spaces between.
    private static func split(_ text: String) -> (String, String) {
        guard let space = text.firstIndex(where: \.isWhitespace) else { return (text, "") }
        return (String(text[..<space]), String(text[space...].drop(while: \.isWhitespace)))
    }

    /// A path and, behind it, a caption: the whole text when it is the path of something, a path in quotation marks,
    /// or the first word.
    static func path(in text: String, exists: (String) -> Bool) -> (path: String, caption: String?) {
        let trimmed = String(text.reversed().drop(while: \.isWhitespace).reversed())
        if exists(trimmed) { return (trimmed, nil) }
        if let quote = trimmed.first, quote == "\"" || quote == "'",
            let end = trimmed.dropFirst().firstIndex(of: quote)
        {
            let caption = String(trimmed[trimmed.index(after: end)...].drop(while: \.isWhitespace))
            return (String(trimmed[..<end].dropFirst()), caption.isEmpty ? nil : caption)
        }
        let (path, caption) = self.split(trimmed)
        return (path, caption.isEmpty ? nil : caption)
    }
}
