package import KezCore

/// What happened in one's conversations.
public struct ChatEvent: Sendable {
    /// Where it came from: a stored message of the inbox.
    public struct Origin: Sendable, Equatable {
        public let seq: UInt64
        /// RFC 3339: the server's time of storing it.
        public let receivedAt: String
    }

    public enum Kind: Sendable {
        /// New, from others or from another client of one's own.
        case message(ChatMessage)
        /// One's own message came further: sent, or failed.
        case state(ChatMessage)
        /// An edit, a reaction or a delete of one's own could not be sent; a machine code.
        case notSent(ChatKey, reason: String)
        /// `message` is nil while the target is not here; it comes with the change already made.
        case edited(ChatChange, text: String)
        case deleted(ChatChange)
        /// An empty emoji takes the reaction back.
        case reacted(ChatChange, emoji: String)
        case receipt(ChatReceipt)
        case progress(FileProgress)
        /// Every byte is here, size and hash were checked.
        case file(ReceivedFile)
        case fileFailed(FileProgress, reason: String)
        case typing(ChatKey, isActive: Bool)
        /// Another client of one's own has read the conversation up to this message.
        case read(ChatKey, upTo: String)
        case settings(ChatSettings)
        /// A message without a sender, which is not shown.
        case anonymous
        /// Not what it claims to be; the cause in words. Neither shown nor trusted.
        case refused(String)
        /// Everything that was stored has been told or, with `ChatStart.history`, read.
        case caughtUp
        /// The server no longer holds everything since the last visit.
        case truncated
        /// Everything before this is dealt with: to begin from here, store it.
        case position(ChatPosition)
    }

    public let kind: Kind
    public let origin: Origin?

    package init(_ kind: Kind, origin: Origin? = nil) {
        self.kind = kind
        self.origin = origin
    }
}

/// Something that acts on another message.
public struct ChatChange: Sendable {
    public let conversation: ChatKey
    package let by: Primary
    package let targetID: MessageID
    /// The message after the change; nil when it is not here.
    public let message: ChatMessage?

    /// The primary of whose doing it is.
    public var sender: String { self.by.text }
    public var target: String { self.targetID.hex }
}

public struct ChatReceipt: Sendable {
    public let conversation: ChatKey
    /// `delivered` or `read`.
    public let state: ChatMessage.State
    /// Every message that it names.
    public let ids: [String]
    /// Those of them that came further by it.
    public let messages: [ChatMessage]
}

/// How far a file has come, in chunks.
public struct FileProgress: Sendable {
    public let fileID: String
    /// The visible message, once it is known.
    package let key: MessageKey?
    public let isOutgoing: Bool
    public let done: Int
    public let count: Int
}

public struct ReceivedFile: Sendable {
    package let key: MessageKey
    package let description: FileDescription
    public let bytes: [UInt8]

    public var file: ChatFile { ChatFile(self.description, chunks: 1) }
    /// The message's id.
    public var message: String { self.key.id.hex }
    public var sender: String { self.key.sender.text }
}

/// Choices that one's clients share (`kez-sync-v1`, settings).
public struct ChatSettings: Sendable, Equatable {
    /// Whether the others are told what was delivered and read.
    public var receipts: Bool
    public var typing: Bool

    public init(receipts: Bool = true, typing: Bool = true) {
        self.receipts = receipts
        self.typing = typing
    }

    package init(body: [UInt8]) {
        let root = (try? JSONDocument(parsing: body, maximumDepth: Limits.bodyDepth))?.root
        self.init(receipts: root?["receipts"]?.bool ?? true, typing: root?["typing"]?.bool ?? true)
    }
}

/// How far reading has come.
public struct ChatPosition: Sendable, Equatable {
    package let merge: InboxMerge
    /// The first part of a file that is not whole yet: reading begins there again, and tells only of files.
    package let resume: UInt64?

    package init(merge: InboxMerge = InboxMerge(), resume: UInt64? = nil) {
        self.merge = merge
        self.resume = resume
    }

    /// From the oldest message that is stored.
    public static let beginning = ChatPosition()
}
