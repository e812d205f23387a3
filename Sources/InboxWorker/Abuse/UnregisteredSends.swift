package import KezCore

/// Finds messages to keys that nobody registered. Pure: it says whom to ask about, and is told the answers.
///
/// Every table has a bound, and what does not fit is passed over: a hundred such messages are enough to suspend
/// their sender, so the one who sends thousands is found all the same. One sender's questions cannot take all
/// the room.
///
/// Source: protocol, section 9 ("a hundred sends to keys nobody registered").
package struct UnregisteredSends: Sendable {
    package struct Bounds: Sendable {
        /// Registered recipients that are remembered, in each of two generations.
        package var known = 16_384
        /// Recipients to ask about.
        package var questions = 2048
        /// Messages that wait for an answer, and findings that wait to be told: of all senders, and of one.
        package var messages = 8192
        package var messagesOfOne = 512
        /// Keys that are remembered not to be registered, and suspended senders.
        package var remembered = 1024
        /// How long a negative answer holds: somebody may register at any moment.
        package var negative: Duration = .seconds(5)
        /// How long a sender that was suspended is left alone.
        package var muted: Duration = .seconds(60)

        package init() {}
    }

    /// Messages of one sender.
    package struct Finding: Equatable, Sendable {
        package let sender: Primary
        /// Sequences in the shard's log, ascending.
        package let items: [UInt64]

        package init(sender: Primary, items: [UInt64]) {
            self.sender = sender
            self.items = items
        }
    }

    private struct Doubt {
        let from: Primary
        let sequence: UInt64
    }

    private let bounds: Bounds
    private var known: KnownRecipients
    private var doubts: [Primary: [Doubt]] = [:]
    /// Recipients to ask about, in the order in which they came up.
    private var queue: [Primary] = []
    /// Until when a key is taken for unregistered, a sender for suspended; nanoseconds since 1970.
    private var strangers: [Primary: Int64] = [:]
    private var muted: [Primary: Int64] = [:]
    private var found: [Primary: [UInt64]] = [:]
    /// Messages of each sender in `doubts` and `found`.
    private var held: [Primary: Int] = [:]
    private var total = 0
    /// Messages that were passed over because there was no room.
    package private(set) var passedOver = 0

    package init(_ bounds: Bounds = Bounds()) {
        self.bounds = bounds
        self.known = KnownRecipients(capacity: bounds.known)
    }

    package var hasQuestions: Bool { !self.queue.isEmpty }
    package var hasFindings: Bool { !self.found.isEmpty }

    /// - Parameter now: nanoseconds since 1970.
    package mutating func note(_ sent: SentMessage, at now: Int64) {
        if let to = sent.to, self.known.contains(to) { return }
        if let end = self.muted[sent.from], end > now { return }
        let mine = self.held[sent.from] ?? 0
        guard mine < self.bounds.messagesOfOne, self.total < self.bounds.messages else {
            self.passedOver += 1
            return
        }
        if let to = sent.to, (self.strangers[to] ?? 0) <= now {
            if self.doubts[to] == nil {
                guard self.doubts.count < self.bounds.questions else {
                    self.passedOver += 1
                    return
                }
                self.queue.append(to)
            }
            self.doubts[to, default: []].append(Doubt(from: sent.from, sequence: sent.sequence))
        } else {
            self.found[sent.from, default: []].append(sent.sequence)
        }
        self.held[sent.from] = mine + 1
        self.total += 1
    }

    /// Recipients to ask about now; each is answered by `answered` or `postponed`.
    package mutating func takeQuestions(upTo limit: Int) -> [Primary] {
        defer { self.queue.removeFirst(min(limit, self.queue.count)) }
        return Array(self.queue.prefix(limit))
    }

    package mutating func answered(_ recipient: Primary, isRegistered: Bool, at now: Int64) {
        let doubts = self.doubts.removeValue(forKey: recipient) ?? []
        if isRegistered {
            self.known.insert(recipient)
            for doubt in doubts { self.letGo(1, of: doubt.from) }
        } else {
            Self.remember(recipient, until: now + self.bounds.negative.nanoseconds, in: &self.strangers, self.bounds)
            for doubt in doubts { self.found[doubt.from, default: []].append(doubt.sequence) }
        }
    }

    /// Nobody answered: it is asked again later.
    package mutating func postponed(_ recipient: Primary) {
        if self.doubts[recipient] != nil { self.queue.append(recipient) }
    }

    /// What was found since the last time; of one sender never more than `Bounds.messagesOfOne`.
    package mutating func takeFindings() -> [Finding] {
        let findings = self.found.map { Finding(sender: $0.key, items: $0.value.sorted()) }
        self.found = [:]
        return findings.sorted { $0.sender < $1.sender }
    }

    /// A finding was told.
    package mutating func told(_ finding: Finding, isSuspended: Bool, at now: Int64) {
        self.letGo(finding.items.count, of: finding.sender)
        guard isSuspended else { return }
        Self.remember(finding.sender, until: now + self.bounds.muted.nanoseconds, in: &self.muted, self.bounds)
    }

    /// A finding could not be told: it is told again later. The registry counts each item once.
    package mutating func untold(_ finding: Finding) {
        self.found[finding.sender, default: []] += finding.items
    }

    private mutating func letGo(_ count: Int, of sender: Primary) {
        self.total -= count
        guard let mine = self.held[sender] else { return }
        self.held[sender] = mine > count ? mine - count : nil
    }

    private static func remember(
        _ key: Primary, until end: Int64, in table: inout [Primary: Int64], _ bounds: Bounds
    ) {
        // Forgetting costs a question or a report more than needed, no more.
        if table.count >= bounds.remembered { table.removeAll(keepingCapacity: true) }
        table[key] = end
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 { Int64(self / .nanoseconds(1)) }
}
