import KezCore
private import Sodium
private import Synchronization

extension ChatEngine {
    /// Reads what is stored, then what comes, and never misses or repeats anything.
    func receive() async throws {
        let inbox = LiveInbox(door: self.client.door, owner: self.client.handle)
        var merge = InboxMerge()
        var isTelling = false
        if case .position(let position) = self.options.start {
            merge = position.merge
            isTelling = true
            try await self.resume(position, inbox)
        }
        let tells = isTelling
        try await inbox.list(&merge) {
            await self.relay.push([ChatEvent(.truncated)])
        } show: { message, merge in
            await self.take(message, merge, isHistory: !tells)
        }
        self.state.withLock { $0.isCaughtUp = true }
        await self.relay.push([ChatEvent(.caughtUp)])
        for contact in self.state.withLock({ $0.book.everyContact }) where self.only.map({ $0 == contact }) ?? true {
            self.hear(contact)
        }
        try await inbox.run(from: merge) { message, merge in await self.take(message, merge, isHistory: false) }
    }

    /// Takes the parts of unfinished files again that lie before the position; nothing else of them is news.
    private func resume(_ position: ChatPosition, _ inbox: LiveInbox) async throws {
        guard let first = position.resume, first > 0, first <= position.merge.cursor else { return }
        var merge = InboxMerge(cursor: first - 1, epoch: position.merge.epoch)
        try await inbox.list(&merge) { message, _ in
            // What lies behind is taken as news in a moment; every part is known by its number then.
            guard message.seq <= position.merge.cursor else { return }
            _ = self.outputs(of: message, isHistory: true)
        }
    }

    private func take(_ message: InboxMessage, _ merge: InboxMerge, isHistory: Bool) async {
        let events = self.outputs(of: message, isHistory: isHistory)
        guard !isHistory else { return }
        guard !events.isEmpty else { return }
        let resume = self.state.withLock { $0.files.firstPlace }
        await self.relay.push(events + [ChatEvent(.position(ChatPosition(merge: merge, resume: resume)))])
    }

    /// Takes one stored message in.
    private func outputs(of message: InboxMessage, isHistory: Bool) -> [ChatEvent] {
        let origin = ChatEvent.Origin(seq: message.seq, receivedAt: message.receivedAt.textWithMilliseconds)
        let arrival: ChatArrival
        switch ChatReading(message, for: self.client.identity) {
        case .arrival(let some): arrival = some
        case .anonymous: return [ChatEvent(.anonymous, origin: origin)]
        case .refused(let cause): return [ChatEvent(.refused(cause), origin: origin)]
        }
        let outputs = self.state.withLock { $0.book.take(arrival) }
        return self.perform(outputs, seq: message.seq, isHistory: isHistory).map { ChatEvent($0, origin: origin) }
    }

    /// Does what the book asks for.
    ///
    /// - Returns: what is to be told.
    func perform(_ outputs: [ChatOutput], seq: UInt64, isHistory: Bool) -> [ChatEvent.Kind] {
        var kinds: [ChatEvent.Kind] = []
        for output in outputs {
            switch output {
            case .tell(let kind): kinds.append(kind)
            case .owe(let key, let id):
                // What was stored before this run is told as read once it was shown.
                guard !isHistory, key.peer != self.client.identity.key else { continue }
                self.state.withLock { $0.receipts.oweDelivered(id, in: key) }
                self.arm(.receipts(key), at: .now + ChatBounds.deliveryPause)
            case .chunk(let chunk, let sender):
                guard self.takesFiles(of: sender) else { continue }
                kinds += self.files(isHistory) { $0.take(chunk, from: sender, seq: seq) }
            case .pointer(let key, let file, let chunks):
                guard self.takesFiles(of: key.sender) else { continue }
                kinds += self.files(isHistory) { $0.take(pointer: key, file, count: chunks, seq: seq) }
            case .inlineFile(let key, let file, let data):
                guard self.takesFiles(of: key.sender) else { continue }
                kinds += self.files(isHistory) { $0.take(inline: key, file, data: data, seq: seq) }
            case .want(let key, let sender, let file, let missing):
                if !isHistory { self.answer(key, sender, file, missing) }
            case .drop(let sender, let file):
                self.state.withLock { $0.files.drop(.init(sender: sender, file: file)) }
            }
        }
        return kinds
    }

    /// One's own files are on this person's disk, or are fetched when they are asked for.
    private func takesFiles(of sender: Primary) -> Bool {
        guard sender != self.client.identity.key else { return false }
        switch self.options.files {
        case .nobody: return false
        case .contacts: return self.state.withLock { $0.book.isContact(sender) }
        case .everyone: return true
        }
    }

    private func files(_ isHistory: Bool, _ take: (inout IncomingFiles) -> [IncomingFiles.Change]) -> [ChatEvent.Kind] {
        let changes = self.state.withLock { take(&$0.files) }
        // Of what came before this run nothing is asked for again, unless somebody wants it (`fetch`).
        if !isHistory {
            for case .progress(let key, .some, _, _) in changes { self.armWant(key) }
        }
        return changes.compactMap { self.event(of: $0) }
    }

    func armWant(_ key: IncomingFiles.Key) {
        guard let (wants, _) = self.state.withLock({ $0.files.standing(key) }) else { return }
        self.arm(.want(key), at: .now + ChatBounds.wantAfter * (1 << wants))
    }

    func event(of change: IncomingFiles.Change) -> ChatEvent.Kind? {
        func progress(_ key: IncomingFiles.Key, _ message: MessageKey?, _ done: Int, _ count: Int) -> FileProgress {
            FileProgress(fileID: key.file.hex, key: message, isOutgoing: false, done: done, count: count)
        }
        switch change {
        case .progress(let key, let message, let done, let count): return .progress(progress(key, message, done, count))
        case .failed(let key, let message, let failure, let done, let count):
            return .fileFailed(progress(key, message, done, count), reason: failure.rawValue)
        case .whole(_, let message, let file, let bytes):
            return .file(ReceivedFile(key: message, description: file, bytes: bytes))
        }
    }

    // MARK: Fetching

    /// The bytes of a file, from what the server stores.
    ///
    /// - Throws: `ClientError` with `not_found` when not all of it is there: then the sender is asked for the rest, and
    ///   an event tells when it is whole.
    public func fetch(_ message: ChatMessage) async throws(ClientError) -> [UInt8] {
        guard case .file(let file) = message.shown else {
            throw ClientError(code: "not_found", message: "There is no file in this message.")
        }
        let key = IncomingFiles.Key(sender: message.key.sender, file: file.description.id)
        // Of one's own the parts lie about where the copy of the message does, which has no place that is known.
        let first = self.state.withLock { $0.files.places(of: key) }?.lowerBound ?? 1
        do throws(KezError) {
            switch try await self.assemble(file, of: message, key, from: first) {
            case .success(let bytes): return bytes
            case .failure(let found):
                throw self.asking(for: key, behind: found.parts, from: first, isMine: message.isMine)
            }
        } catch {
            throw ClientError(error)
        }
    }

    private func asking(
        for key: IncomingFiles.Key, behind parts: IncomingFiles, from first: UInt64, isMine: Bool
    ) -> KezError {
        guard !isMine, self.state.withLock({ $0.files.adopt(key, from: parts, first: first) }) else {
            return KezError(.notFound, "Not every part of the file is on the server.")
        }
        self.arm(.want(key), at: .now)
        return KezError(.notFound, "Not every part of the file is on the server: its sender was asked for the rest.")
    }

    /// What of a file was found, when that is not all of it.
    private struct Incomplete: Error { let parts: IncomingFiles }

    private func assemble(
        _ file: ChatFile, of message: ChatMessage, _ key: IncomingFiles.Key, from first: UInt64
    ) async throws(KezError) -> Result<[UInt8], Incomplete> {
        var files = IncomingFiles()
        if file.chunks > 1 { _ = files.take(pointer: message.key, file.description, count: file.chunks, seq: 0) }
        var cursor = first - 1
        while true {
            let request = InboxListRequest(since: cursor, limit: 500)
            let page = try await self.client.patiently { () throws(KezError) in
                try await self.client.door.list(request, handle: self.client.handle)
            }
            for stored in page.messages where stored.from == key.sender {
                guard case .arrival(let arrival) = ChatReading(stored, for: self.client.identity),
                    case .content(let content) = arrival.what
                else { continue }
                for case .whole(_, _, _, let bytes) in Self.parts(of: content, for: key, message.key, in: &files) {
                    return .success(bytes)
                }
            }
            guard page.hasMore, page.next > cursor else { return .failure(Incomplete(parts: files)) }
            cursor = page.next
        }
    }

    private static func parts(
        of content: Content, for key: IncomingFiles.Key, _ message: MessageKey, in files: inout IncomingFiles
    ) -> [IncomingFiles.Change] {
        switch content.body {
        case .fileChunk(let chunk) where chunk.file == key.file: return files.take(chunk, from: key.sender, seq: 0)
        case .inlineFile(let file, let data) where file.id == key.file:
            return files.take(inline: message, file, data: data, seq: 0)
        // One's own, as another client told of it.
        case .sync(.sent(_, let id, _, let body)) where id == message.id:
            return self.parts(of: Content(plaintext: body), for: key, message, in: &files)
        default: return []
        }
    }
}

/// A stored message, opened.
enum ChatReading: Sendable {
    case arrival(ChatArrival)
    case anonymous
    case refused(String)

    init(_ message: InboxMessage, for identity: Identity) {
        let at = message.receivedAt.unixMilliseconds
        func arrival(_ from: Primary, _ id: MessageID, _ createdAt: Int64, _ what: ChatArrival.What) -> ChatReading {
            .arrival(
                ChatArrival(
                    sender: from, peer: from, id: id, at: at, createdAt: createdAt, seq: message.seq, what: what))
        }
        let reading = MessageReading(
            message.envelope, from: message.from, to: identity.key, key: identity.signer.key.agreementKey)
        switch reading {
        case .anonymous:
            guard let from = message.from, Self.hasNewerTag(message.envelope),
                let id = MessageID(Digest.sha256Hex(message.envelope).prefix(32))
            else {
                self = .anonymous
                return
            }
            // It has no id that this version can read: its bytes are one, so that it is shown once.
            self = arrival(from, id, 0, .placeholder("sent by a newer version"))
        case .refused(let error): self = .refused(error.message)
        case .placeholder(let attribution, let cause):
            self = arrival(attribution.from, attribution.id, 0, .placeholder(Self.words(cause)))
        case .opened(let envelope, let plaintext):
            self = arrival(
                envelope.attribution.from, envelope.attribution.id, envelope.createdAt.unixMilliseconds,
                .content(Content(plaintext: plaintext)))
        }
    }

    /// A tag of a newer version, under a sender whom the broker has proved.
    private static func hasNewerTag(_ envelope: [UInt8]) -> Bool {
        guard let root = (try? JSONDocument(parsing: envelope, maximumDepth: Limits.envelopeDepth))?.root,
            let tag = root["kez"]?.string
        else { return false }
        return EnvelopeTag(rawValue: tag).payloadType == nil
    }

    static func words(_ cause: MessageReading.Unreadable) -> String {
        switch cause {
        case .unsupported: "sent by a newer version"
        case .sealed: "cannot be opened with this key"
        case .malformed: "damaged"
        }
    }
}
