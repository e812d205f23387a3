import Foundation
import KezClient

/// One conversation on one console: takes events, keys and lines one after another.
actor ChatRoom {
    private let engine: ChatEngine
    private let peer: ChatPeer
    private let shownAtStart: Int
    /// Where `/save` puts files.
    private let folder: String
    private var console: Console
    private var view: ChatView
    private var isTyping = false
    private var isReady = false
    private let history = AsyncStream.makeStream(of: Void.self)

    init(engine: ChatEngine, peer: ChatPeer, terminal: RawTerminal?, shownAtStart: Int, folder: String) {
        self.engine = engine
        self.peer = peer
        self.shownAtStart = shownAtStart
        self.folder = folder
        self.console = Console(terminal)
        self.view = ChatView(peer: peer.handle, isTerminal: terminal != nil)
    }

    func open() {
        self.console.prompt = "\(self.peer.handle)> "
        self.console.open()
        self.note("reading the conversation with \(self.peer.fqhn)")
    }

    /// Waits for what is still to be sent, then gives the terminal back.
    func close() async {
        await self.engine.typing(false, in: self.peer.conversation)
        if await !self.engine.drain(within: .seconds(1)) {
            self.note("sending what is left")
            if await !self.engine.drain(within: .seconds(30)) { self.note("not everything could be sent") }
        }
        self.console.close()
    }

    // MARK: What comes

    func take(_ event: ChatEvent) {
        switch event.kind {
        case .caughtUp: self.showHistory()
        case .typing(_, let isActive):
            self.console.prompt = isActive ? "\(self.peer.handle) is typing… > " : "\(self.peer.handle)> "
            self.console.redraw()
        default: break
        }
        for line in self.view.lines(event) { self.console.show(line.text, replacing: line.kind) }
        if case .message(let message) = event.kind, self.isReady { self.engine.markRead(message) }
    }

    private func showHistory() {
        let all = self.engine.history(with: self.peer)
        // What was never read is shown whole, however much it is.
        let unread = all.firstIndex { !self.engine.isRead($0) } ?? all.count
        let from = min(unread, max(0, all.count - self.shownAtStart))
        if from > 0 { self.note("\(from) earlier messages: /history shows more") }
        for (index, message) in all.enumerated().dropFirst(from) {
            if index == unread, index > from { self.note("new:") }
            self.show(message)
        }
        if let last = all.last { self.engine.markRead(last) }
        self.isReady = true
        self.history.continuation.finish()
        self.note(self.console.isTerminal ? "/help shows what can be done" : "ready")
    }

    private func show(_ message: ChatMessage) {
        for line in self.view.lines(message) { self.console.show(line.text) }
    }

    private func note(_ text: String) { self.console.show(self.view.note(text).text) }

    // MARK: What the person does

    /// - Returns: false when he has enough.
    func press(_ bytes: [UInt8]) async -> Bool {
        for action in self.console.press(bytes) {
            switch action {
            case .line(let line): guard await self.enter(line) else { return false }
            case .endOfInput: return false
            case .clearScreen: self.console.clear()
            case .suspend: self.suspend()
            case .changed, .none: break
            }
        }
        if self.console.isWriting || self.isTyping {
            self.isTyping = self.console.isWriting
            await self.engine.typing(self.isTyping, in: self.peer.conversation)
        }
        return true
    }

    /// - Returns: false when he has enough.
    func enter(_ line: String) async -> Bool {
        do {
            return try await self.perform(ChatInput(line))
        } catch let error as ClientError {
            self.note(error.message)
        } catch {
            self.note("\(error)")
        }
        return true
    }

    /// Returns when the history is shown: a script's commands name messages of it.
    nonisolated func waitForHistory() async { for await _ in self.history.stream {} }

    /// For input that nobody types: waits while too much is on its way.
    func waitForRoom() async { await self.engine.waitForRoom() }

    private func perform(_ input: ChatInput) async throws -> Bool {
        let conversation = self.peer.conversation
        switch input {
        case .nothing: break
        case .quit: return false
        case .help: for line in ChatInput.helpText.split(separator: "\n") { self.note(String(line)) }
        case .wrong(let words): self.note(words)
        case .text(let text): try self.engine.send(text, in: conversation)
        case .reply(let number, let text):
            let message = try self.message(number)
            try self.engine.send(text, in: message.conversation, replyingTo: message)
        case .react(let number, let emoji): try self.engine.react(emoji, to: self.message(number))
        case .edit(let number, let text):
            guard let message = try number.map({ try self.message($0) }) ?? self.view.lastOwn else {
                throw Failure("there is no message of yours to edit")
            }
            try self.engine.edit(message, to: text)
        case .delete(let number): try self.engine.delete(self.message(number))
        case .cancel(let number): self.engine.cancel(try self.message(number))
        case .file(let words):
            let (path, caption) = ChatInput.path(in: words) {
                FileManager.default.fileExists(atPath: LocalFile.expanded($0))
            }
            let (name, bytes) = try LocalFile.contents(path)
            try self.engine.sendFile(bytes, named: name, caption: caption, in: conversation)
        case .save(let number, let folder):
            let message = try self.message(number)
            let bytes = try await self.engine.fetch(message)
            guard case .file(let file) = message.shown else { break }
            let path = try FileSaver(folder: LocalFile.expanded(folder ?? self.folder)).save(bytes, as: file.name)
            self.note("\(number) saved as \(path)")
        case .history(let count):
            for message in self.engine.history(with: self.peer).suffix(count) { self.show(message) }
        }
        return true
    }

    private func message(_ number: Int) throws -> ChatMessage {
        guard let message = self.view.message(number) else {
            throw Failure("there is no message \(number)")
        }
        return self.engine.current(message) ?? message
    }

    // MARK: The terminal

    func resized() { self.console.redraw() }

    /// The program stops, as every other does at Ctrl-Z; `resumed` follows when it goes on.
    func suspend() {
        self.console.close()
        raise(SIGSTOP)
    }

    func resumed() {
        self.console.open()
        self.console.redraw()
    }
}
