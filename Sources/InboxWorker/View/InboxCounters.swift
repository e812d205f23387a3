import GRDB

/// One inbox's numbers, kept as messages come and go so that nobody has to count.
struct InboxCounters: Equatable, Sendable {
    /// Rows of whatever state; at 0 the inbox is forgotten.
    var held = 0
    /// Neither deleted nor repeats, as all that follow.
    var messages = 0
    var bytes = 0
    var anonymous = 0
    /// Highest sequence, 0 in an empty inbox.
    var last: Int64 = 0

    init() {}

    init(_ row: Row) {
        self.held = row["held"]
        self.messages = row["messages"]
        self.bytes = row["bytes"]
        self.anonymous = row["anonymous"]
        self.last = row["last"]
    }

    /// A message enters the inbox.
    mutating func add(seq: Int64, size: Int, isAnonymous: Bool) {
        self.messages += 1
        self.bytes += size
        self.anonymous += isAnonymous ? 1 : 0
        self.last = max(self.last, seq)
    }

    /// Messages leave it. `last` is for the caller to look up again.
    mutating func remove(messages: Int, bytes: Int, anonymous: Int) {
        self.messages -= messages
        self.bytes -= bytes
        self.anonymous -= anonymous
    }
}
