import KezCore

/// One conversation as the book keeps it: messages in their order, by whose and which id, and what waits for a message.
struct ConversationState: Sendable {
    struct Author: Hashable, Sendable {
        let sender: Primary
        let id: MessageID
    }

    struct Held: Sendable {
        let sender: Primary
        let order: ChatOrder
        let effect: ChatEffect
    }

    let key: ChatKey
    /// A stranger's until one writes to them.
    var isAccepted: Bool
    var readUpTo: ChatOrder?
    private(set) var timeline: [(order: ChatOrder, author: Author)] = []
    private var held: [Held] = []
    private var heldMarks: [Held] = []
    private var messages: [Author: ChatMessage] = [:]
    private var met: Set<Author> = []
    /// In the order of meeting, from `metHead` on.
    private var metOrder: [Author] = []
    private var metHead = 0

    init(key: ChatKey, isAccepted: Bool) {
        self.key = key
        self.isAccepted = isAccepted
    }

    func has(_ author: Author) -> Bool { self.met.contains(author) }

    /// - Returns: whether it is met for the first time; from then on it was.
    mutating func meet(_ author: Author) -> Bool {
        guard self.met.insert(author).inserted else { return false }
        self.metOrder.append(author)
        if self.met.count > (self.isAccepted ? ChatBounds.met : ChatBounds.metOfStranger) {
            let oldest = self.metOrder[self.metHead]
            self.metHead += 1
            // What is shown is known by its row.
            if self.messages[oldest] == nil { self.met.remove(oldest) }
            if self.metHead > 4096 {
                self.metOrder.removeFirst(self.metHead)
                self.metHead = 0
            }
        }
        return true
    }

    subscript(author: Author) -> ChatMessage? { self.messages[author] }

    /// In their order; `range` of places, all by default.
    func ordered(after place: ChatOrder? = nil, through last: ChatOrder? = nil) -> [ChatMessage] {
        let from = place.map { self.index(after: $0) } ?? 0
        let to = last.map { self.index(after: $0) } ?? self.timeline.count
        guard from < to else { return [] }
        return self.timeline[from..<to].compactMap { self.messages[$0.author] }
    }

    var last: ChatMessage? { self.timeline.last.flatMap { self.messages[$0.author] } }

    mutating func add(_ message: ChatMessage) {
        let author = Author(sender: message.key.sender, id: message.key.id)
        self.messages[author] = message
        self.timeline.insert((message.order, author), at: self.index(after: message.order))
        guard self.timeline.count > (self.isAccepted ? ChatBounds.messages : ChatBounds.messagesOfStranger) else {
            return
        }
        self.messages[self.timeline.removeFirst().author] = nil
    }

    /// Replaces a message that is here; its place stays.
    mutating func update(_ message: ChatMessage) {
        let author = Author(sender: message.key.sender, id: message.key.id)
        if self.messages[author] != nil { self.messages[author] = message }
    }

    mutating func remove(_ message: ChatMessage) {
        let author = Author(sender: message.key.sender, id: message.key.id)
        self.messages[author] = nil
        self.timeline.removeAll { $0.author == author }
    }

    /// Keeps an effect for its target. Of receipts and read marks, which may be about what was never here, the oldest
    /// goes when there is no room; of the others the newest.
    mutating func hold(_ effect: Held) {
        let most = self.isAccepted ? ChatBounds.held : ChatBounds.heldOfStranger
        if effect.effect.isMark {
            self.heldMarks.append(effect)
            if self.heldMarks.count > most { self.heldMarks.removeFirst() }
        } else if self.held.count < most {
            self.held.append(effect)
        }
    }

    /// What waited for that message, taken out. Another's edit may wait for another message of the same id: it stays.
    mutating func release(for message: ChatMessage) -> [Held] {
        func isMeant(_ held: Held) -> Bool {
            guard held.effect.target == message.key.id else { return false }
            switch held.effect {
            case .edit, .delete: return held.sender == message.key.sender
            case .receipt: return message.state != nil
            case .reaction, .seen: return true
            }
        }
        let released = (self.held + self.heldMarks).filter(isMeant)
        guard !released.isEmpty else { return [] }
        self.held.removeAll(where: isMeant)
        self.heldMarks.removeAll(where: isMeant)
        return released
    }

    /// Where something behind `order` would stand.
    private func index(after order: ChatOrder) -> Int {
        // Nearly everything comes at the end.
        guard let last = self.timeline.last, order < last.order else { return self.timeline.count }
        var (low, high) = (0, self.timeline.count)
        while low < high {
            let middle = (low + high) / 2
            if self.timeline[middle].order <= order { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What acts on another message.
enum ChatEffect: Equatable, Sendable {
    case reaction(target: MessageID, emoji: String)
    case edit(target: MessageID, text: String)
    case delete(target: MessageID)
    case receipt(target: MessageID, ReceiptKind)
    /// Another client of one's own has read up to there.
    case seen(target: MessageID)

    /// Whether it says how far something came, and changes nothing that was said.
    var isMark: Bool {
        switch self {
        case .receipt, .seen: true
        case .reaction, .edit, .delete: false
        }
    }

    var target: MessageID {
        switch self {
        case .reaction(let target, _), .edit(let target, _), .delete(let target), .receipt(let target, _),
            .seen(let target):
            target
        }
    }
}
