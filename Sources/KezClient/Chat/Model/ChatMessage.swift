package import KezCore

/// A message as a conversation shows it, with everything that has happened to it since.
public struct ChatMessage: Sendable, Equatable {
    public enum Shown: Sendable, Equatable {
        case text(String)
        case file(ChatFile)
        /// Something that this version cannot show, with the cause in words.
        case placeholder(String)
        /// Its sender took it back.
        case deleted
    }

    /// How far one's own message has come.
    public enum State: String, Sendable {
        case sending, sent, delivered, read, failed
    }

    package let key: MessageKey
    package let order: ChatOrder
    public internal(set) var shown: Shown
    package let repliedTo: MessageID?
    package internal(set) var editedAt: ChatOrder?
    package internal(set) var reactionsBySender: [Primary: ChatReaction] = [:]
    /// Of one's own messages; nil for the others'.
    public internal(set) var state: State?
    /// Why it failed: a machine code.
    public internal(set) var failure: String?
    /// Milliseconds since 1970 after which it is gone.
    package let expiresAt: Int64?
    /// Milliseconds since 1970, by the sender; 0 where it cannot be read.
    package let claimedAt: Int64

    package init(
        key: MessageKey, order: ChatOrder, shown: Shown, repliedTo: MessageID? = nil, state: State? = nil,
        expiresAt: Int64? = nil, claimedAt: Int64 = 0
    ) {
        self.key = key
        self.order = order
        self.shown = shown
        self.repliedTo = repliedTo
        self.state = state
        self.expiresAt = expiresAt
        self.claimedAt = claimedAt
    }

    /// 32 hexadecimal digits.
    public var id: String { self.key.id.hex }
    /// The sender's primary, proved.
    public var sender: String { self.key.sender.text }
    public var conversation: ChatKey { self.key.conversation }
    public var replyTo: String? { self.repliedTo?.hex }
    public var isEdited: Bool { self.editedAt != nil }
    public var isMine: Bool { self.state != nil }
    /// RFC 3339: the server's time of what came, the own clock's of what was sent.
    public var at: String { Self.text(self.order.at) }
    /// RFC 3339: the sender's claim; nil where it cannot be read.
    public var createdAt: String? { self.claimedAt == 0 ? nil : Self.text(self.claimedAt) }
    /// Emoji by primary; what was taken back is not there.
    public var reactions: [String: String] {
        var shown: [String: String] = [:]
        for (sender, reaction) in self.reactionsBySender where !reaction.emoji.isEmpty {
            shown[sender.text] = reaction.emoji
        }
        return shown
    }

    private static func text(_ milliseconds: Int64) -> String {
        Timestamp(unixNanoseconds: milliseconds.multipliedClamped(1_000_000)).textWithMilliseconds
    }
}

package struct ChatReaction: Sendable, Equatable {
    package let emoji: String
    package let order: ChatOrder
}

/// A file as its message announces it. Every member is the sender's claim; what is handed out whole was checked.
public struct ChatFile: Sendable, Equatable {
    package let description: FileDescription
    /// 1 for one that came in its message.
    package let chunks: Int
    public internal(set) var caption: String?

    package init(_ description: FileDescription, chunks: Int) {
        self.description = description
        self.chunks = chunks
        self.caption = description.caption
    }

    public var id: String { self.description.id.hex }
    /// One name without a path, nothing that a terminal or an operating system takes for anything else.
    public var name: String { SafeFilename.of(self.description.filename) }
    public var mime: String { self.description.mime }
    /// Bytes, up to 10 MiB.
    public var size: Int { self.description.size }
    /// 64 hexadecimal digits.
    public var sha256: String { self.description.sha256 }
}

extension Int64 {
    fileprivate func multipliedClamped(_ other: Int64) -> Int64 {
        let (product, overflow) = self.multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
