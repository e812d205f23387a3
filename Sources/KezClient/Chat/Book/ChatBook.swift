package import KezCore

/// Everything that was said, kept in memory: takes each proved message once, at its place, with all that it means.
///
/// Pure: it neither waits nor sends. The web client's engine comes to the same conversation from the same messages.
package struct ChatBook: Sendable {
    package let me: Primary
    /// Only conversations with this person are kept and told; nil for all.
    private let only: Primary?
    package private(set) var settings = ChatSettings()
    /// Whom this identity has written to, or opened a conversation with.
    private var contacts: Set<Primary>
    var conversations: [ChatKey: ConversationState] = [:]
    /// The time of what was written last, in milliseconds.
    private var lastPosted: Int64 = 0

    package init(
        me: Primary, contacts: Set<Primary> = [], settings: ChatSettings = ChatSettings(), only: Primary? = nil
    ) {
        self.me = me
        self.contacts = contacts
        self.settings = settings
        self.only = only
    }

    package func isContact(_ peer: Primary) -> Bool { peer == self.me || self.contacts.contains(peer) }
    package var everyContact: Set<Primary> { self.contacts }

    /// To write to somebody, or to open a conversation with them, is to accept them.
    package mutating func accept(_ peer: Primary) {
        guard self.contacts.insert(peer).inserted else { return }
        for key in self.conversations.keys where key.peer == peer { self.conversations[key]?.isAccepted = true }
    }

    /// The messages with `peer` in all threads, in their order, without those that have expired.
    package func messages(with peer: Primary, now: Int64) -> [ChatMessage] {
        self.conversations.values.filter { $0.key.peer == peer }.flatMap { $0.ordered() }
            .filter { $0.expiresAt.map { $0 > now } ?? true }.sorted { $0.order < $1.order }
    }

    package func message(_ key: MessageKey) -> ChatMessage? {
        self.conversations[key.conversation]?[.init(sender: key.sender, id: key.id)]
    }

    /// A message by its id, of whichever side: for the quote of a reply.
    package func message(_ id: MessageID, in key: ChatKey) -> ChatMessage? {
        guard let conversation = self.conversations[key] else { return nil }
        return conversation[.init(sender: key.peer, id: id)] ?? conversation[.init(sender: self.me, id: id)]
    }

    /// When something that is written now stands: after everything that is there, whatever the clocks say.
    package mutating func nextTime(in key: ChatKey, now: Int64) -> Int64 {
        let last = self.conversations[key]?.last?.order.at ?? 0
        self.lastPosted = max(now, last + 1, self.lastPosted + 1)
        return self.lastPosted
    }

    /// - Returns: the message after the change; nil when it is not here, or has come further already.
    package mutating func mark(_ key: MessageKey, _ state: ChatMessage.State, failure: String? = nil) -> ChatMessage? {
        guard var message = self.message(key), message.state != .delivered, message.state != .read else { return nil }
        message.state = state
        message.failure = failure
        self.conversations[key.conversation]?.update(message)
        return message
    }

    // MARK: Taking

    package mutating func take(_ arrival: ChatArrival) -> [ChatOutput] {
        if case .content(let content) = arrival.what, case .sync(let sync) = content.body {
            // From anybody else it is noise.
            guard arrival.sender == self.me, arrival.peer == self.me else { return [] }
            return self.take(sync, arrival)
        }
        let isMine = arrival.sender == self.me
        if isMine { self.accept(arrival.peer) }
        guard self.only.map({ $0 == arrival.peer }) ?? true else { return [] }
        var content: Content?
        if case .content(let some) = arrival.what { content = some }
        let key = ChatKey(peer: arrival.peer, thread: content?.conversation)
        guard self.begin(key) else { return self.passing(arrival, content, key) }
        if let content, let outputs = self.takeQuietly(content, arrival, key) { return outputs }
        return self.takeMessage(content, arrival, key)
    }

    /// - Returns: whether there is such a conversation now; false for a stranger too many.
    private mutating func begin(_ key: ChatKey) -> Bool {
        guard self.conversations[key] == nil else { return true }
        let isAccepted = self.isContact(key.peer)
        guard isAccepted || self.conversations.values.count(where: { !$0.isAccepted }) < ChatBounds.strangers else {
            return false
        }
        self.conversations[key] = ConversationState(key: key, isAccepted: isAccepted)
        return true
    }

    /// Of a stranger too many: told, not kept.
    private func passing(_ arrival: ChatArrival, _ content: Content?, _ key: ChatKey) -> [ChatOutput] {
        if let content, content.display == .nothing || self.effect(of: content) != nil { return [] }
        return [.tell(.message(self.newMessage(content, arrival, key)))]
    }

    /// What repeats harmlessly (chunks, receipts) and what is only met; nil when there is something to show.
    private mutating func takeQuietly(_ content: Content, _ arrival: ChatArrival, _ key: ChatKey) -> [ChatOutput]? {
        switch content.body {
        case .fileChunk(let chunk): return [.chunk(chunk, from: arrival.sender)]
        case .receipt(let kind, let ids):
            guard arrival.sender != self.me, self.conversations[key]?.isAccepted ?? false else { return [] }
            return self.receipt(kind, Array(ids.prefix(ChatBounds.receiptIDs)), arrival, key)
        case .fileWant(let file, let missing):
            guard self.conversations[key]?.meet(arrival.author) ?? false else { return [] }
            return [.want(key, from: arrival.sender, file: file, missing: missing)]
        default: break
        }
        if let effect = self.effect(of: content) {
            guard self.conversations[key]?.meet(arrival.author) ?? false else { return [] }
            // By the sender's own clock: it competes with the same sender's only, and all who read it agree.
            let place = ChatOrder(at: arrival.createdAt, seq: 0, id: arrival.id)
            return self.affect(effect, by: arrival.sender, at: place, in: key)
        }
        guard content.display == .nothing else { return nil }
        _ = self.conversations[key]?.meet(arrival.author)
        return []
    }

    private mutating func takeMessage(_ content: Content?, _ arrival: ChatArrival, _ key: ChatKey) -> [ChatOutput] {
        guard self.conversations[key]?.meet(arrival.author) ?? false else { return [] }
        let message = self.newMessage(content, arrival, key)
        self.conversations[key]?.add(message)
        var outputs: [ChatOutput] = []
        for held in self.conversations[key]?.release(for: message) ?? [] {
            // It comes with everything that waited for it.
            outputs += self.apply(held.effect, by: held.sender, at: held.order, to: message.key).filter {
                if case .tell = $0 { false } else { true }
            }
        }
        outputs.insert(.tell(.message(self.message(message.key) ?? message)), at: 0)
        switch content?.body {
        case .inlineFile(let file, let data): outputs.append(.inlineFile(message.key, file, data: data))
        case .chunkedFile(let file, let chunks): outputs.append(.pointer(message.key, file, chunks: chunks))
        default: break
        }
        if !message.isMine, self.conversations[key]?.isAccepted ?? false { outputs.append(.owe(key, message.key.id)) }
        return outputs
    }

    private func newMessage(_ content: Content?, _ arrival: ChatArrival, _ key: ChatKey) -> ChatMessage {
        let shown: ChatMessage.Shown
        var repliedTo: MessageID?
        switch (content?.body, content?.display) {
        case (.text(let text, let replyTo), _):
            shown = .text(Self.cut(text))
            repliedTo = replyTo
        case (.inlineFile(let file, _), _): shown = .file(ChatFile(file, chunks: 1))
        case (.chunkedFile(let file, let chunks), _): shown = .file(ChatFile(file, chunks: chunks))
        case (_, .text(let text)): shown = .text(Self.cut(text))
        case (nil, _):
            if case .placeholder(let cause) = arrival.what { shown = .placeholder(cause) } else { shown = .deleted }
        default: shown = .placeholder("sent by a newer version")
        }
        let isMine = arrival.sender == self.me
        return ChatMessage(
            key: MessageKey(conversation: key, sender: arrival.sender, id: arrival.id),
            order: ChatOrder(at: arrival.at, seq: arrival.seq, id: arrival.id), shown: shown, repliedTo: repliedTo,
            state: isMine ? (arrival.isOutgoing ? .sending : .sent) : nil,
            expiresAt: content?.expiresIn.map { seconds in
                let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
                let (sum, carry) = arrival.at.addingReportingOverflow(milliseconds)
                return overflow || carry ? .max : sum
            }, claimedAt: arrival.createdAt)
    }

    private func effect(of content: Content) -> ChatEffect? {
        switch content.body {
        case .reaction(let target, let emoji):
            // No emoji is that long: as if it was taken back.
            .reaction(target: target, emoji: emoji.utf16.count <= ChatBounds.emoji ? emoji : "")
        case .edit(let target, let text): .edit(target: target, text: Self.cut(text))
        case .delete(let target): .delete(target: target)
        default: nil
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= ChatBounds.text ? text : String(text.prefix(ChatBounds.text))
    }

    /// What one's other clients tell.
    private mutating func take(_ sync: SyncContent, _ arrival: ChatArrival) -> [ChatOutput] {
        switch sync {
        case .sent(let to, let id, let createdAt, let body):
            let time = createdAt.unixMilliseconds
            // A clock that runs ahead must not put a message after everything that is still to come.
            return self.take(
                ChatArrival(
                    sender: self.me, peer: to, id: id, at: min(time, arrival.at), createdAt: time, seq: 0,
                    what: .content(Content(plaintext: body))))
        case .read(let peer, let upTo):
            guard self.only.map({ $0 == peer }) ?? true else { return [] }
            let threads = self.conversations.keys.filter { $0.peer == peer }
            let here = threads.filter { self.message(upTo, in: $0) != nil }
            // The message may be in any thread; when it has come to none, the two-person conversation waits for it.
            let first = ChatKey(peer: peer)
            guard !here.isEmpty || self.begin(first) else { return [] }
            return (here.isEmpty ? [first] : here).flatMap { key in
                self.affect(
                    .seen(target: upTo), by: self.me, at: ChatOrder(at: arrival.at, seq: arrival.seq, id: arrival.id),
                    in: key)
            }
        case .settings(let body):
            self.settings = ChatSettings(body: body)
            return [.tell(.settings(self.settings))]
        }
    }
}
