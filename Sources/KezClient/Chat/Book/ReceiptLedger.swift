package import KezCore

/// Receipts that are owed, at most one a conversation every five seconds. Pure: the caller says what time it is.
///
/// Source: protocol, section 6 (`kez-receipt-v1`, `kez-sync-v1`).
package struct ReceiptLedger: Sendable {
    private struct Owed {
        var delivered: [MessageID] = []
        var read: [MessageID] = []
        var readUpTo: MessageID?
        var lastSent: ContinuousClock.Instant?

        var isNothing: Bool { self.delivered.isEmpty && self.read.isEmpty && self.readUpTo == nil }
    }

    package struct Due: Sendable {
        /// For the other side.
        package var receipt: (kind: ReceiptKind, ids: [MessageID])?
        /// For one's other clients.
        package var readUpTo: MessageID?
        /// When to ask again; nil: nothing is owed any more.
        package var again: ContinuousClock.Instant?
    }

    private var owed: [ChatKey: Owed] = [:]

    package init() {}

    package mutating func oweDelivered(_ id: MessageID, in key: ChatKey) {
        var owed = self.owed[key, default: Owed()]
        guard !owed.read.contains(id), !owed.delivered.contains(id) else { return }
        owed.delivered = (owed.delivered + [id]).suffix(ChatBounds.receiptsOwed)
        self.owed[key] = owed
    }

    /// A read receipt makes the delivered one needless.
    package mutating func oweRead(_ ids: [MessageID], upTo: MessageID, in key: ChatKey) {
        var owed = self.owed[key, default: Owed()]
        let present = Set(owed.read)
        owed.read = (owed.read + ids.filter { !present.contains($0) }).suffix(ChatBounds.receiptsOwed)
        let read = Set(owed.read)
        owed.delivered.removeAll { read.contains($0) }
        owed.readUpTo = upTo
        self.owed[key] = owed
    }

    /// What goes out now for one conversation, taken off what is owed.
    ///
    /// - Parameter isWanted: whether receipts are switched on and the other side is a contact; else they are
    ///   forgotten, not saved up.
    package mutating func take(_ key: ChatKey, now: ContinuousClock.Instant, isWanted: Bool) -> Due {
        guard var owed = self.owed[key], !owed.isNothing else { return Due() }
        if let last = owed.lastSent, now < last + ChatBounds.receiptPause {
            return Due(again: last + ChatBounds.receiptPause)
        }
        let kind: ReceiptKind = owed.read.isEmpty ? .delivered : .read
        let ids = Array((kind == .read ? owed.read : owed.delivered).prefix(ChatBounds.receiptIDs))
        var due = Due(readUpTo: owed.readUpTo)
        owed.readUpTo = nil
        owed.lastSent = now
        if isWanted, !ids.isEmpty {
            due.receipt = (kind, ids)
            if kind == .read { owed.read.removeFirst(ids.count) } else { owed.delivered.removeFirst(ids.count) }
        } else {
            (owed.read, owed.delivered) = ([], [])
        }
        self.owed[key] = owed
        if !owed.isNothing { due.again = now + ChatBounds.receiptPause }
        return due
    }

    /// Conversations in which something is owed.
    package var owing: [ChatKey] { self.owed.filter { !$0.value.isNothing }.map(\.key) }
}
