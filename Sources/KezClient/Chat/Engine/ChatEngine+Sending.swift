import KezCore
private import KezRuntime
private import NATS
private import Synchronization

extension ChatEngine {
    // MARK: What a person does. Each returns at once; the message's state tells what became of it.

    /// - Parameter message: what it answers.
    /// - Throws: `ClientError` with `outbox_full` when too much waits.
    @discardableResult
    public func send(
        _ text: String, in conversation: ChatKey, replyingTo message: ChatMessage? = nil
    ) throws(ClientError) -> ChatMessage? {
        try self.post(.text(text, replyTo: message?.key.id), in: conversation)
    }

    /// Sends a file: in one message up to 80 KiB, else in chunks and then the message, with `progress` events.
    ///
    /// - Throws: `ClientError` with `too_large` above 10 MiB, `outbox_full`.
    @discardableResult
    public func sendFile(
        _ bytes: [UInt8], named filename: String, caption: String? = nil, in conversation: ChatKey
    ) throws(ClientError) -> ChatMessage? {
        let file: OutgoingFile
        do throws(KezError) {
            file = try OutgoingFile(filename: filename, bytes: bytes, caption: caption)
        } catch {
            throw ClientError(error)
        }
        return try self.post(file.content, in: conversation, file: file)
    }

    /// An empty emoji takes one's reaction back.
    public func react(_ emoji: String, to message: ChatMessage) throws(ClientError) {
        try self.post(.reaction(target: message.key.id, emoji: emoji), in: message.key.conversation)
    }

    /// - Throws: `ClientError` with `not_yours` for a message of somebody else.
    public func edit(_ message: ChatMessage, to text: String) throws(ClientError) {
        try Self.own(message)
        try self.post(.edit(target: message.key.id, text: text), in: message.key.conversation)
    }

    /// Takes a message back, for everyone. A file that is still going out is not sent.
    public func delete(_ message: ChatMessage) throws(ClientError) {
        try Self.own(message)
        self.cancel(message)
        try self.post(.delete(target: message.key.id), in: message.key.conversation)
    }

    /// Stops sending a file whose message is not out yet.
    public func cancel(_ message: ChatMessage) {
        self.state.withLock { state in
            guard state.book.message(message.key)?.state == .sending, case .file = message.shown else { return }
            state.cancelled.insert(message.key)
        }
    }

    /// Everything up to `message` was shown to the person.
    public func markRead(_ message: ChatMessage) {
        let key = message.key.conversation
        let isOwing = self.state.withLock { state in
            let read = state.book.readUpTo(message.order, in: key).map(\.key.id)
            guard let last = read.last, state.book.isContact(key.peer), key.peer != state.book.me else { return false }
            state.receipts.oweRead(read, upTo: last, in: key)
            return true
        }
        if isOwing { self.arm(.receipts(key), at: .now) }
    }

    /// The person writes, or has stopped: told at most every three seconds, and not where the settings forbid it.
    public func typing(_ isActive: Bool, in conversation: ChatKey) async {
        let isTold = self.state.withLock { state in
            guard state.book.settings.typing, state.book.isContact(conversation.peer) else { return false }
            let told = state.typingToldAt[conversation]
            if isActive {
                if let told, told + ChatBounds.typingPause > .now { return false }
                state.typingToldAt[conversation] = .now
                return true
            }
            state.typingToldAt[conversation] = nil
            return told != nil
        }
        if isTold { await self.client.door.signal(.typing(active: isActive), to: conversation.peer) }
    }

    private static func own(_ message: ChatMessage) throws(ClientError) {
        guard message.isMine else {
            throw ClientError(code: "not_yours", message: "Only one's own messages can be changed.")
        }
    }

    // MARK: Posting

    @discardableResult
    private func post(
        _ body: ContentBody, in conversation: ChatKey, file: OutgoingFile? = nil
    ) throws(ClientError) -> ChatMessage? {
        let id = MessageID.random()
        let me = self.client.identity.key
        let content = Content(body, conversation: conversation.thread)
        let key = MessageKey(conversation: conversation, sender: me, id: id)
        var events: [ChatEvent] = []
        var createdAt: Int64 = 0
        var outputs: [ChatOutput] = []
        let hasRoom = self.state.withLock { state in
            guard state.pending < ChatBounds.outbox else { return false }
            state.pending += 1
            createdAt = state.book.nextTime(in: conversation, now: Self.now)
            outputs = state.book.take(
                ChatArrival(
                    sender: me, peer: conversation.peer, id: id, at: createdAt, createdAt: createdAt, seq: 0,
                    what: .content(content), isOutgoing: true))
            return true
        }
        guard hasRoom else { throw ClientError(code: "outbox_full", message: "Too much waits to be sent.") }
        events = self.perform(outputs, seq: 0, isHistory: false).map { ChatEvent($0) }
        let message = self.state.withLock { $0.book.message(key) }
        let time = Timestamp(unixNanoseconds: createdAt * 1_000_000)
        let isQueued: Bool
        if let file, !file.isInline {
            isQueued = self.uploads.add(.file(file, key, content, createdAt: time))
        } else {
            isQueued = self.messages.add(
                .message(content, to: conversation.peer, id: id, createdAt: time, shows: message == nil ? nil : key))
        }
        self.relay.add(events)
        if !isQueued { self.settled(key, .failed, "outbox_full") }
        return message
    }

    /// What is not shown and not told to one's other clients.
    func post(quiet content: Content, to recipient: Primary) {
        self.state.withLock { $0.pending += 1 }
        // A full queue: receipts and questions are what can be done without.
        if !self.messages.add(.quiet(content, to: recipient)) { self.state.withLock { $0.pending -= 1 } }
    }

    /// Somebody lacks parts of a file that this engine sent to them: they go out again, within reason.
    func answer(_ key: ChatKey, _ sender: Primary, _ file: FileID, _ missing: [Int]) {
        let job = self.state.withLock { state -> ChatJob? in
            guard let index = state.sentFiles.firstIndex(where: { $0.file.description.id == file }) else { return nil }
            let sent = state.sentFiles[index]
            guard state.book.isContact(sender), sender == state.book.me || sent.conversation == key else { return nil }
            let wanted = Set(missing).filter { $0 < sent.file.count }.sorted()
            guard !wanted.isEmpty, sent.resent + wanted.count <= ChatBounds.resends * sent.file.count else {
                return nil
            }
            state.sentFiles[index].resent += wanted.count
            state.pending += 1
            return .resend(sent.file, wanted, to: sender)
        }
        if let job, !self.uploads.add(job) { self.state.withLock { $0.pending -= 1 } }
    }

    // MARK: Working

    func perform(_ job: ChatJob) async {
        defer { self.state.withLock { $0.pending -= 1 } }
        switch job {
        case .message(let content, let recipient, let id, let createdAt, let key):
            do {
                try await self.deliver(content, to: recipient, id: id, createdAt: createdAt)
            } catch {
                if let key { return await self.settle(key, .failed, error.code.rawValue) }
                return await self.relay.push([
                    ChatEvent(.notSent(ChatKey(peer: recipient), reason: error.code.rawValue))
                ])
            }
            if let key { await self.settle(key, .sent) }
            await self.sync(content, to: recipient, id: id, createdAt: createdAt)
        case .quiet(let content, let recipient):
            // Nobody waits for it, and it says nothing that the next one does not say better.
            _ = try? await self.deliver(content, to: recipient, id: .random(), createdAt: WallClock.system.now())
        case .file(let file, let key, let content, let createdAt):
            await self.upload(file, key, content, createdAt)
        case .resend(let file, let indices, let recipient):
            try? await self.client.sendChunks(indices, of: file, to: recipient) { _ in true }
        }
    }

    private func upload(_ file: OutgoingFile, _ key: MessageKey, _ content: Content, _ createdAt: Timestamp) async {
        let recipient = key.conversation.peer
        do throws(KezError) {
            try await self.client.sendChunks(Array(0..<file.count), of: file, to: recipient) { done in
                self.relay.add([
                    ChatEvent(
                        .progress(
                            FileProgress(
                                fileID: file.description.id.hex, key: key, isOutgoing: true, done: done,
                                count: file.count)))
                ])
                return self.state.withLock { !$0.cancelled.contains(key) }
            }
            try await self.deliver(content, to: recipient, id: key.id, createdAt: createdAt)
        } catch {
            let isCancelled = self.state.withLock { $0.cancelled.remove(key) != nil }
            return await self.settle(key, .failed, isCancelled ? "cancelled" : error.code.rawValue)
        }
        self.state.withLock { state in
            state.sentFiles.append(SentFile(file: file, conversation: key.conversation))
            if state.sentFiles.count > ChatBounds.keptFiles { state.sentFiles.removeFirst() }
        }
        await self.settle(key, .sent)
        await self.sync(content, to: recipient, id: key.id, createdAt: createdAt)
        if recipient != self.client.identity.key { await self.client.mirror(file) }
    }

    /// Tells one's other clients what was sent.
    private func sync(_ content: Content, to recipient: Primary, id: MessageID, createdAt: Timestamp) async {
        guard recipient != self.client.identity.key else { return }
        let sync = Content(.sync(.sent(to: recipient, id: id, createdAt: createdAt, body: content.unpadded)))
        _ = try? await self.deliver(
            sync, to: self.client.identity.key, id: .random(), createdAt: WallClock.system.now())
    }

    /// Sends the same bytes until they are durable, however long the server is away.
    private func deliver(
        _ content: Content, to recipient: Primary, id: MessageID, createdAt: Timestamp
    ) async throws(KezError) {
        let envelope = try await self.client.seal(content, to: recipient, id: id, createdAt: createdAt)
        let handle = self.state.withLock { $0.handles[recipient] }
        var attempt = 0
        while true {
            do throws(KezError) {
                _ = try await self.client.door.send(envelope, to: recipient, handle: handle)
                return
            } catch {
                guard error.isRetriable, !Task.isCancelled else { throw error }
            }
            try? await Task.sleep(for: Backoff(base: .milliseconds(250), cap: .seconds(15)).delay(attempt: attempt))
            attempt += 1
        }
    }

    private func settle(_ key: MessageKey, _ state: ChatMessage.State, _ failure: String? = nil) async {
        let message = self.state.withLock { $0.book.mark(key, state, failure: failure) }
        if let message { await self.relay.push([ChatEvent(.state(message))]) }
    }

    private func settled(_ key: MessageKey, _ state: ChatMessage.State, _ failure: String) {
        let message = self.state.withLock { shared in
            shared.pending -= 1
            return shared.book.mark(key, state, failure: failure)
        }
        if let message { self.relay.add([ChatEvent(.state(message))]) }
    }
}
