import KezClient
import KezCore

/// One event as people or, as a JSON object, programs read it. Pure; both forms are documented in docs/CLIENT.md.
struct EventLine {
    /// Handles by primary, as far as they are needed.
    let names: [String: String]
    /// One's own primary.
    let me: String

    /// Whose names the line of `event` wants.
    static func people(in event: ChatEvent) -> Set<String> {
        switch event.kind {
        case .message(let message): [message.sender, message.conversation.with]
        case .edited(let change, _), .deleted(let change), .reacted(let change, _):
            [change.sender, change.conversation.with]
        case .receipt(let receipt): [receipt.conversation.with]
        case .file(let file): [file.sender]
        case .read(let key, _): [key.with]
        default: []
        }
    }

    private func name(_ primary: String) -> String { self.names[primary] ?? primary }

    // MARK: For people

    /// - Parameter path: where a file was saved.
    /// - Returns: nil for what is not for the eye.
    func text(_ event: ChatEvent, path: String? = nil) -> String? {
        let time = Self.time(event.origin?.receivedAt)
        switch event.kind {
        case .message(let message): return "\(Self.time(message.at))\(self.line(message))"
        case .edited(let change, let text):
            return "\(time)\(self.name(change.sender)) edited \(change.target.prefix(8)): \(Self.body(text))"
        case .deleted(let change): return "\(time)\(self.name(change.sender)) deleted \(change.target.prefix(8))"
        case .reacted(let change, let emoji):
            let name = self.name(change.sender)
            guard !emoji.isEmpty else { return "\(time)\(name) took the reaction to \(change.target.prefix(8)) back" }
            return "\(time)\(name) reacted \(SafeText.line(emoji)) to \(change.target.prefix(8))"
        case .file(let file): return path.map { "\(time)saved \(file.file.name) of \(self.name(file.sender)) as \($0)" }
        case .fileFailed(let progress, let reason):
            return "\(time)the file \(progress.fileID.prefix(8)) did not come whole: \(reason)"
        case .anonymous: return "\(time)[an anonymous message, not shown]"
        case .truncated: return "[older messages are no longer on the server: something may be missing]"
        case .state, .notSent, .receipt, .progress, .typing, .read, .settings, .refused, .caughtUp, .position:
            return nil
        }
    }

    private func line(_ message: ChatMessage) -> String {
        let who =
            message.isMine ? "you → \(self.name(message.conversation.with))" : self.name(message.sender)
        let answer = message.replyTo.map { " (answers \($0.prefix(8)))" } ?? ""
        return "\(who)\(answer): \(Self.body(message.shown))"
    }

    /// What a message shows, in one or more lines.
    static func body(_ shown: ChatMessage.Shown) -> String {
        switch shown {
        case .text(let text): self.body(text)
        case .file(let file):
            "[file \(file.name), \(ByteCount.text(file.size)), \(SafeText.line(file.mime))]"
                + (file.caption.map { $0.isEmpty ? "" : " " + self.body($0) } ?? "")
        case .placeholder(let cause): "[\(cause)]"
        case .deleted: "[deleted]"
        }
    }

    /// Others' texts never reach the terminal as control sequences; further lines are moved in.
    static func body(_ text: String) -> String { SafeText.lines(text).replacing("\n", with: "\n    ") }

    static func time(_ text: String?) -> String {
        guard let text else { return "" }
        return String(text.prefix(19)).replacing("T", with: " ") + " "
    }

    // MARK: For programs

    /// - Returns: nil for what programs are not told.
    func json(_ event: ChatEvent, path: String? = nil) -> String? {
        guard let type = Self.type(event.kind, isSaved: path != nil) else { return nil }
        let line = JSONWriter.object { writer in
            writer.member("type", type)
            if let origin = event.origin {
                writer.member("seq", origin.seq)
                writer.member("received_at", origin.receivedAt)
            }
            self.write(event.kind, path, to: &writer)
        }
        return String(decoding: line, as: UTF8.self)
    }

    private static func type(_ kind: ChatEvent.Kind, isSaved: Bool) -> String? {
        switch kind {
        case .message: "message"
        case .edited: "edit"
        case .deleted: "delete"
        case .reacted: "reaction"
        case .receipt: "receipt"
        case .file: isSaved ? "file" : nil
        case .fileFailed: "file_failed"
        case .anonymous: "anonymous"
        case .refused: "refused"
        case .read: "read"
        case .settings: "settings"
        case .truncated: "truncated"
        case .state, .notSent, .progress, .typing, .caughtUp, .position: nil
        }
    }

    private func write(_ kind: ChatEvent.Kind, _ path: String?, to writer: inout JSONWriter) {
        switch kind {
        case .message(let message): self.write(message, to: &writer)
        case .edited(let change, let text):
            self.write(change, to: &writer)
            writer.member("text", text)
        case .deleted(let change): self.write(change, to: &writer)
        case .reacted(let change, let emoji):
            self.write(change, to: &writer)
            writer.member("emoji", emoji)
        case .receipt(let receipt):
            self.write(from: receipt.conversation.with, to: &writer)
            writer.member("state", receipt.state.rawValue)
            writer.member("ids", receipt.ids)
        case .file(let file):
            self.write(from: file.sender, to: &writer)
            writer.member("id", file.message)
            self.write(file.file, to: &writer)
            writer.member("path", path)
        case .fileFailed(let progress, let reason):
            writer.member("file_id", progress.fileID)
            writer.member("reason", reason)
        case .anonymous: writer.member("anonymous", true)
        case .refused(let cause): writer.member("refused", cause)
        case .read(let key, let upTo):
            writer.member("with", key.with)
            writer.member("name", self.name(key.with))
            writer.member("up_to", upTo)
        case .settings(let settings):
            writer.member("receipts", settings.receipts)
            writer.member("typing", settings.typing)
        case .state, .notSent, .progress, .typing, .truncated, .caughtUp, .position: break
        }
    }

    private func write(_ message: ChatMessage, to writer: inout JSONWriter) {
        self.write(from: message.sender, to: &writer)
        if message.isMine {
            writer.member("own", true)
            writer.member("to", message.conversation.with)
            writer.member("to_name", self.name(message.conversation.with))
        }
        if let thread = message.conversation.thread { writer.member("conv", thread.hex) }
        writer.member("id", message.id)
        writer.member("created_at", message.createdAt)
        if let replyTo = message.replyTo { writer.member("reply_to", replyTo) }
        if message.isEdited { writer.member("edited", true) }
        switch message.shown {
        case .text(let text): writer.member("text", text)
        case .file(let file): self.write(file, to: &writer)
        case .placeholder(let cause): writer.member("placeholder", cause)
        case .deleted: writer.member("deleted", true)
        }
        let reactions = message.reactions.sorted { $0.key < $1.key }
        guard !reactions.isEmpty else { return }
        writer.member(
            "reactions",
            object: { writer in
                for (sender, emoji) in reactions { writer.member(sender, emoji) }
            })
    }

    private func write(_ file: ChatFile, to writer: inout JSONWriter) {
        writer.member(
            "file",
            object: { writer in
                writer.member("file_id", file.id)
                writer.member("filename", file.name)
                writer.member("mime", file.mime)
                writer.member("size", file.size)
                writer.member("sha256", file.sha256)
                if let caption = file.caption { writer.member("caption", caption) }
            })
    }

    private func write(_ change: ChatChange, to writer: inout JSONWriter) {
        self.write(from: change.sender, to: &writer)
        writer.member("with", change.conversation.with)
        writer.member("target", change.target)
    }

    private func write(from primary: String, to writer: inout JSONWriter) {
        writer.member("from", primary)
        writer.member("name", self.name(primary))
    }
}
