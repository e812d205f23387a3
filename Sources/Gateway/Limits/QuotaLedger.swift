import KezCore

/// What recipients' inboxes hold, as far as senders must know it; pure.
///
/// The worker's word is used for a short time and counted on; near a limit it is asked every time. What is under
/// way counts as stored, so that senders at the same moment do not pass the limit together.
struct QuotaLedger: Sendable {
    struct Message: Sendable {
        let recipient: Primary
        let bytes: Int
        let isAnonymous: Bool
    }

    enum Decision: Equatable, Sendable {
        /// The message is counted as under way; `settle` must follow.
        case granted
        /// Not known well enough: ask the worker, then `learned` and `decide` again.
        case ask
        case full
    }

    private struct Entry: Sendable {
        var messages = 0
        var bytes = 0
        var anonymous = 0
        var isOver = false
        /// nil: never asked.
        var readAt: Duration?
        /// Stored by this gateway since the worker was asked.
        var added = (messages: 0, bytes: 0, anonymous: 0)
        var underWay = (messages: 0, bytes: 0, anonymous: 0)
    }

    private let limits: Limits
    private let lifetime: Duration
    private var entries: GenerationalTable<Primary, Entry>

    init(limits: Limits, lifetime: Duration, capacity: Int) {
        self.limits = limits
        self.lifetime = lifetime
        self.entries = .init(capacity: capacity)
    }

    /// - Parameter isFresh: the worker was asked just now.
    mutating func decide(_ message: Message, isFresh: Bool, at now: Duration) -> Decision {
        var entry = self.entries[message.recipient] ?? Entry()
        guard let readAt = entry.readAt else { return isFresh ? .full : .ask }
        let messages = entry.messages + entry.added.messages + entry.underWay.messages + 1
        let bytes = entry.bytes + entry.added.bytes + entry.underWay.bytes + message.bytes
        let anonymous = entry.anonymous + entry.added.anonymous + entry.underWay.anonymous + 1
        let isFull =
            entry.isOver || messages > self.limits.inboxMessages || bytes > self.limits.inboxBytes
            || (message.isAnonymous && anonymous > self.limits.anonymousStored)
        if !isFresh {
            let isNear =
                message.isAnonymous || Double(messages) >= Double(self.limits.inboxMessages) * 0.99
                || Double(bytes) >= Double(self.limits.inboxBytes) * 0.99
            if isFull || isNear || now - readAt > self.lifetime { return .ask }
        }
        guard !isFull else { return .full }
        entry.underWay.messages += 1
        entry.underWay.bytes += message.bytes
        if message.isAnonymous { entry.underWay.anonymous += 1 }
        self.entries[message.recipient] = entry
        return .granted
    }

    /// What this gateway has added so far: to be given to `learned` with the answer to the question that follows.
    mutating func added(to recipient: Primary) -> (messages: Int, bytes: Int, anonymous: Int) {
        self.entries[recipient]?.added ?? (0, 0, 0)
    }

    /// - Parameter before: what `added` said when the worker was asked: its answer holds that much.
    mutating func learned(
        _ stats: InboxStats, of recipient: Primary,
        addedBefore before: (messages: Int, bytes: Int, anonymous: Int), at now: Duration
    ) {
        var entry = self.entries[recipient] ?? Entry()
        entry.messages = stats.messages
        entry.bytes = stats.bytes
        entry.anonymous = stats.anonymous
        entry.isOver = stats.isOverQuota
        entry.readAt = now
        entry.added.messages = max(0, entry.added.messages - before.messages)
        entry.added.bytes = max(0, entry.added.bytes - before.bytes)
        entry.added.anonymous = max(0, entry.added.anonymous - before.anonymous)
        self.entries[recipient] = entry
    }

    /// The end of a message that was granted.
    mutating func settle(_ message: Message, isStored: Bool) {
        guard var entry = self.entries[message.recipient] else { return }
        let anonymous = message.isAnonymous ? 1 : 0
        entry.underWay.messages = max(0, entry.underWay.messages - 1)
        entry.underWay.bytes = max(0, entry.underWay.bytes - message.bytes)
        entry.underWay.anonymous = max(0, entry.underWay.anonymous - anonymous)
        if isStored {
            entry.added.messages += 1
            entry.added.bytes += message.bytes
            entry.added.anonymous += anonymous
        }
        self.entries[message.recipient] = entry
    }
}
