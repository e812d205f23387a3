/// How much the engine keeps of what others send, and how often it speaks: every table and queue has its bound here.
package enum ChatBounds {
    /// Conversations with strangers; what comes from further ones is told and not kept.
    static let strangers = 100
    /// Messages kept of one conversation; beyond, the oldest are forgotten (the server still has them).
    static let messages = 20_000
    static let messagesOfStranger = 200
    /// Ids by which repeats are known, of one conversation; the oldest go first, and the server drops repeats too.
    static let met = 50_000
    static let metOfStranger = 1_000
    /// Effects whose target has not come, of one conversation; further ones are not kept.
    static let held = 500
    static let heldOfStranger = 20
    /// Characters (UTF-16, as the web client counts) of an emoji: the longest flags and families fit.
    static let emoji = 64
    /// Characters of a text that are kept; an envelope can hold more, no reader reads it.
    static let text = 100_000

    /// Between two receipts of one conversation, and ids of one receipt; the rest goes with the next.
    static let receiptPause: Duration = .seconds(5)
    /// What is read so soon after it came needs no receipt of its own for its delivery.
    static let deliveryPause: Duration = .milliseconds(200)
    static let receiptIDs = 500
    /// Ids for which receipts are owed in one conversation; beyond, the oldest are forgotten.
    static let receiptsOwed = 5_000

    /// Unfinished transfers and their bytes, of one sender and of all; the oldest without a pointer goes first.
    static let transfersOfSender = 16
    static let transferBytesOfSender = 32 << 20
    static let transfers = 64
    static let transferBytes = 128 << 20
    /// Whole files whose places are known; beyond, the oldest are forgotten.
    static let wholeFiles = 5_000
    /// Chunks on their way at once.
    static let window = 16
    /// Until missing chunks are asked for, doubled each time; how often; indices in one question.
    static let wantAfter: Duration = .seconds(3)
    static let wants = 5
    static let wantIndices = 512
    /// How many times the size of a file its recipient may ask for in all.
    static let resends = 4
    /// Files that were sent and are kept for whoever asks again.
    static let keptFiles = 8

    /// Messages, and files, that wait to be sent.
    static let outbox = 1_000
    static let uploads = 64
    /// Between two typing signals, and until one is forgotten.
    static let typingPause: Duration = .seconds(3)
    static let typingLasts: Duration = .seconds(6)
    /// Contacts whose signals are heard.
    static let signals = 500
    /// Events that wait for a slow reader, and bytes of files in them; receiving waits then.
    static let events = 256
    static let eventBytes = 32 << 20
}
