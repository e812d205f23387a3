import KezCore

/// Everything that the engine's tasks share, under one lock; each step is a call of a pure part.
struct ChatState: Sendable {
    var book: ChatBook
    var receipts = ReceiptLedger()
    var files = IncomingFiles()
    /// Files that went out, for whoever asks for a part again; the latest `ChatBounds.keptFiles`.
    var sentFiles: [SentFile] = []
    /// Timers that wait, and when each is due; one task sleeps for each.
    var timers: [ChatTimer: ContinuousClock.Instant] = [:]
    var typingToldAt: [ChatKey: ContinuousClock.Instant] = [:]
    /// Who is writing, as it was told.
    var typing: Set<ChatKey> = []
    var handles: [Primary: Handle] = [:]
    /// Whose signals are heard.
    var heard: Set<Primary> = []
    /// Uploads that were cancelled before they were over.
    var cancelled: Set<MessageKey> = []
    /// Messages and files that wait or are on their way.
    var pending = 0
    var isCaughtUp = false
    var hasEnded = false

    func owesReceipts(by time: ContinuousClock.Instant) -> Bool {
        self.timers.contains { timer, due in
            if case .receipts = timer { due <= time } else { false }
        }
    }
}

struct SentFile: Sendable {
    let file: OutgoingFile
    let conversation: ChatKey
    var resent = 0
}

enum ChatTimer: Hashable, Sendable {
    case receipts(ChatKey)
    case want(IncomingFiles.Key)
    case typing(ChatKey)
}

/// Something that waits to be sent.
enum ChatJob: Sendable {
    /// `shows`: the message whose state follows the sending; nil for what is not shown.
    case message(Content, to: Primary, id: MessageID, createdAt: Timestamp, shows: MessageKey?)
    /// Receipts, questions and syncs: not told to one's other clients.
    case quiet(Content, to: Primary)
    case file(OutgoingFile, MessageKey, Content, createdAt: Timestamp)
    case resend(OutgoingFile, [Int], to: Primary)
}
