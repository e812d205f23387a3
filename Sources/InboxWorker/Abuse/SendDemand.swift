package import KezCore

/// How much each sender stored in a shard, in whole minutes of the broker's clock. Pure.
///
/// Two replicas of a shard read the same log, so they find the same numbers. Bounded: of the newest minutes, in
/// each a number of senders; when a minute is full, the half that sent least is forgotten and begins at nothing
/// should it come back, so a number is never too high and the heavy ones stay.
///
/// Source: protocol, section 9 ("ten times a budget for a minute").
package struct SendDemand: Sendable {
    /// One sender's minute, as a multiple of what its budget lets through in a minute.
    package struct Excess: Equatable, Sendable {
        package let sender: Primary
        /// Minutes since 1970.
        package let minute: Int64
        package let factor: Double

        package init(sender: Primary, minute: Int64, factor: Double) {
            self.sender = sender
            self.minute = minute
            self.factor = factor
        }
    }

    /// From half a budget on it is told: what a key sends is spread over sixteen shards, whose tellers know
    /// nothing of each other. What all of them could keep quiet about stays below the ten budgets that count.
    package static let threshold = 0.5
    private static let minutesKept = 4
    private static let nanosecondsPerMinute: Int64 = 60_000_000_000

    private struct Use {
        var messages = 0
        var bytes = 0
        /// The factor that was told last.
        var told = 0.0
    }

    private struct Minute {
        var senders: [Primary: Use] = [:]
        /// Those above the threshold.
        var heavy: Set<Primary> = []
    }

    /// What a minute lets through; infinite for a budget that is lifted.
    private let messagesPerMinute: Double
    private let bytesPerMinute: Double
    private let capacity: Int
    private var minutes: [Int64: Minute] = [:]

    /// - Parameter capacity: senders of one minute.
    package init(_ limits: Limits, capacity: Int = 2048) {
        self.messagesPerMinute = limits.tunnelLines.isOff ? .infinity : limits.tunnelLines.perSecond * 60
        self.bytesPerMinute = limits.tunnelBytes.isOff ? .infinity : limits.tunnelBytes.perSecond * 60
        self.capacity = max(2, capacity)
    }

    /// Whether there is somebody to tell about, now or when the minute is over.
    package var isPending: Bool {
        self.minutes.values.contains { minute in
            minute.heavy.contains { sender in
                minute.senders[sender].map { self.factor($0) > $0.told } ?? false
            }
        }
    }

    package mutating func note(_ sent: SentMessage) {
        let number = sent.time / Self.nanosecondsPerMinute
        if self.minutes[number] == nil, !self.makeRoom(for: number) { return }
        var minute = self.minutes.removeValue(forKey: number) ?? Minute()
        if minute.senders[sent.from] == nil, minute.senders.count >= self.capacity { Self.forgetHalf(&minute) }
        var use = minute.senders[sent.from] ?? Use()
        use.messages += 1
        use.bytes += sent.bytes
        minute.senders[sent.from] = use
        if self.factor(use) >= Self.threshold { minute.heavy.insert(sent.from) }
        self.minutes[number] = minute
    }

    /// What is to be told now: of a minute that is over what was not told yet; of the running one only what has
    /// doubled, for the number may still grow.
    ///
    /// - Parameter now: nanoseconds since 1970.
    package mutating func takeExcesses(at now: Int64) -> [Excess] {
        var excesses: [Excess] = []
        let running = max(now / Self.nanosecondsPerMinute, self.minutes.keys.max() ?? 0)
        for (number, minute) in self.minutes {
            for sender in minute.heavy {
                guard let use = minute.senders[sender] else { continue }
                let factor = self.factor(use)
                guard factor > use.told, number < running || factor >= max(1, use.told * 2) else { continue }
                excesses.append(Excess(sender: sender, minute: number, factor: factor))
                self.minutes[number]?.senders[sender]?.told = factor
            }
        }
        return excesses.sorted { ($0.minute, $0.sender) < ($1.minute, $1.sender) }
    }

    /// Could not be told: it is told again later.
    package mutating func untold(_ excess: Excess) {
        self.minutes[excess.minute]?.senders[excess.sender]?.told = 0
    }

    private func factor(_ use: Use) -> Double {
        max(Double(use.messages) / self.messagesPerMinute, Double(use.bytes) / self.bytesPerMinute)
    }

    /// - Returns: false when `number` is older than everything that is kept.
    private mutating func makeRoom(for number: Int64) -> Bool {
        guard self.minutes.count >= Self.minutesKept, let oldest = self.minutes.keys.min() else { return true }
        guard number > oldest else { return false }
        self.minutes[oldest] = nil
        return true
    }

    private static func forgetHalf(_ minute: inout Minute) {
        let counts = minute.senders.values.map(\.messages).sorted()
        let median = counts[counts.count / 2]
        var kept = minute.senders.filter { minute.heavy.contains($0.key) || $0.value.messages > median }
        // Heavy by bytes or by number: they are few, unless the budgets are tiny.
        if kept.count > counts.count / 2 { kept = minute.senders.filter { $0.value.messages > median } }
        minute.senders = kept
        minute.heavy.formIntersection(kept.keys)
    }
}
