package import KezCore

/// Merges live copies and lists into one sequence without gaps or repeats. Pure.
///
/// Source: protocol, section 8: subscribe, list, merge by sequence, list again on a gap.
package struct InboxMerge: Equatable, Sendable {
    /// Everything up to here was shown: the cursor of the next list.
    package private(set) var cursor: UInt64
    /// Sequences above the cursor that were shown live already.
    package private(set) var shown: Set<UInt64>
    package private(set) var epoch: String?

    /// So many shown copies above the cursor make a list due, which moves the cursor over them.
    private static let maximumShown = 256

    package init(cursor: UInt64 = 0, shown: Set<UInt64> = [], epoch: String? = nil) {
        self.cursor = cursor
        self.shown = shown
        self.epoch = epoch
    }

    /// Takes a live copy in.
    ///
    /// - Returns: whether it is to be shown, and whether the inbox must be listed.
    package mutating func copy(seq: UInt64, previous: UInt64) -> (isNew: Bool, mustList: Bool) {
        guard seq > self.cursor, !self.shown.contains(seq) else { return (false, false) }
        let isGap = previous > self.cursor && !self.shown.contains(previous)
        self.shown.insert(seq)
        return (true, isGap || self.shown.count >= Self.maximumShown)
    }

    /// Takes a page in.
    ///
    /// - Returns: what of it is to be shown, in order; nil when the page is of another log than the cursor,
    ///   so that the inbox must be listed from its beginning.
    package mutating func page(_ page: InboxPage) -> [InboxMessage]? {
        if let epoch = self.epoch, epoch != page.epoch {
            self = InboxMerge(epoch: page.epoch)
            return nil
        }
        self.epoch = page.epoch
        let new = page.messages.filter { self.listed(seq: $0.seq) }
        self.cursor = max(self.cursor, page.next)
        self.shown = self.shown.filter { $0 > self.cursor }
        return new
    }

    /// Takes one message of a list in, in order.
    ///
    /// - Returns: whether it is to be shown.
    package mutating func listed(seq: UInt64) -> Bool {
        guard seq > self.cursor else { return false }
        let isNew = !self.shown.contains(seq)
        self.cursor = seq
        self.shown.remove(seq)
        return isNew
    }
}

extension InboxMerge {
    /// A live copy that was not shown after all: the next list brings it.
    package mutating func forget(_ seq: UInt64) { self.shown.remove(seq) }
}
