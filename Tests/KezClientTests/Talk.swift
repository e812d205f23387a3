import KezClient
import KezCore

/// Two people and what they say, as a book takes it.
struct Talk {
    static let me = Identity.generate().key
    static let bob = Identity.generate().key
    static let eve = Identity.generate().key

    let me = Talk.me
    let bob = Talk.bob
    var book = ChatBook(me: Talk.me, contacts: [Talk.bob])
    private var seq: UInt64 = 0

    var conversation: ChatKey { ChatKey(peer: Talk.bob) }

    static func id(_ number: Int) -> MessageID {
        let digits = String(number, radix: 16)
        return MessageID(String(repeating: "0", count: 32 - digits.count) + digits) ?? .random()
    }

    /// Something that came to this identity's inbox; by default from Bob, a second after what came before.
    @discardableResult
    mutating func take(
        _ body: ContentBody, from sender: Primary = Talk.bob, id: MessageID = .random(), at: Int64? = nil,
        createdAt: Int64? = nil,
        quiet: Bool? = nil, thread: MessageID? = nil, expiresIn: Int64? = nil
    ) -> [ChatOutput] {
        self.seq += 1
        let time = at ?? Int64(self.seq) * 1000
        return self.book.take(
            ChatArrival(
                sender: sender, peer: sender, id: id, at: time, createdAt: createdAt ?? time, seq: self.seq,
                what: .content(Content(body, quiet: quiet, conversation: thread, expiresIn: expiresIn))))
    }

    /// Something that another client of this identity tells it has sent to Bob.
    @discardableResult
    mutating func takeSent(_ body: ContentBody, id: MessageID = .random(), at: Int64? = nil) -> [ChatOutput] {
        let time = Timestamp(unixNanoseconds: (at ?? Int64(self.seq + 1) * 1000) * 1_000_000)
        return self.take(
            .sync(.sent(to: Talk.bob, id: id, createdAt: time, body: Content(body).unpadded)), from: Talk.me)
    }

    func message(_ id: MessageID) -> ChatMessage? { self.book.message(id, in: self.conversation) }
    var texts: [String] { self.book.messages(with: Talk.bob, now: 0).map(\.words) }
}

extension ChatMessage {
    var words: String {
        switch self.shown {
        case .text(let text): text
        case .file(let file): "file \(file.name)"
        case .placeholder(let cause): "[\(cause)]"
        case .deleted: "[deleted]"
        }
    }
}

extension [ChatOutput] {
    var told: [ChatEvent.Kind] {
        self.compactMap { output in
            if case .tell(let kind) = output { kind } else { nil }
        }
    }

    var owes: [MessageID] {
        self.compactMap { output in
            if case .owe(_, let id) = output { id } else { nil }
        }
    }
}
