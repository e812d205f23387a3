package import KezCore

/// What a chat engine reads, keeps and says.
public struct ChatOptions: Sendable {
    /// Where reading begins.
    public enum Start: Sendable {
        /// With everything that is stored, silently; then `ChatEvent.Kind.caughtUp`, then what comes.
        case history
        /// Behind a position that was stored, telling everything.
        case position(ChatPosition)
    }

    /// Whose files are put together as they come.
    public enum Files: Sendable {
        case nobody, contacts, everyone
    }

    public var start: Start
    public var files: Files
    /// Whether contacts are told what was delivered and read; `settings` can forbid it as well.
    public var sendsReceipts: Bool
    /// As one's clients have agreed on, as far as it is known.
    public var settings: ChatSettings

    public init(
        start: Start = .history, files: Files = .contacts, sendsReceipts: Bool = true,
        settings: ChatSettings = ChatSettings()
    ) {
        self.start = start
        self.files = files
        self.sendsReceipts = sendsReceipts
        self.settings = settings
    }
}

/// Somebody to talk with, looked up and checked.
public struct ChatPeer: Sendable, Equatable {
    package let primary: Primary
    package let handleName: Handle
    public let fqhn: String

    public var handle: String { self.handleName.text }
    /// The two-person conversation.
    public var conversation: ChatKey { ChatKey(peer: self.primary) }
}
