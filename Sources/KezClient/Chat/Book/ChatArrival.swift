package import KezCore

/// A message as the book takes it: proved, opened, with its place.
package struct ChatArrival: Sendable {
    package enum What: Sendable {
        case content(Content)
        /// Cannot be read, with the cause in words.
        case placeholder(String)
    }

    package let sender: Primary
    /// Who the conversation is with: the sender, or whom this identity wrote to from another client.
    package let peer: Primary
    package let id: MessageID
    /// Milliseconds since 1970 by which it is put in its place.
    package let at: Int64
    /// The sender's time: it decides among edits and reactions of one sender, wherever they are read.
    package let createdAt: Int64
    /// Of the log; 0 for what this client wrote.
    package let seq: UInt64
    package let what: What
    /// Written by this client just now: it is on its way.
    package let isOutgoing: Bool

    package init(
        sender: Primary, peer: Primary, id: MessageID, at: Int64, createdAt: Int64, seq: UInt64, what: What,
        isOutgoing: Bool = false
    ) {
        self.sender = sender
        self.peer = peer
        self.id = id
        self.at = at
        self.createdAt = createdAt
        self.seq = seq
        self.what = what
        self.isOutgoing = isOutgoing
    }

    var author: ConversationState.Author { .init(sender: self.sender, id: self.id) }
}

/// What taking an arrival asks of the rest of the engine.
package enum ChatOutput: Sendable {
    case tell(ChatEvent.Kind)
    /// To be told, unless it was told before: `delivered`.
    case owe(ChatKey, MessageID)
    case chunk(FileChunk, from: Primary)
    case pointer(MessageKey, FileDescription, chunks: Int)
    case inlineFile(MessageKey, FileDescription, data: [UInt8])
    /// Somebody lacks chunks of a file.
    case want(ChatKey, from: Primary, file: FileID, missing: [Int])
    /// Its message is gone: so is the file.
    case drop(from: Primary, file: FileID)
}
