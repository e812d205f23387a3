private import Synchronization

/// Wakes one waiting task, with what it has to do; the same thing asked for twice is done once.
final class Bell: Sendable {
    struct Work: OptionSet, Sendable {
        let rawValue: Int

        /// Messages may have come.
        static let list = Work(rawValue: 1)
        static let comment = Work(rawValue: 2)
        static let end = Work(rawValue: 4)
    }

    private let pending = Mutex<Work>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() {
        (self.signals, self.signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func ring(_ work: Work) {
        self.pending.withLock { _ = $0.insert(work) }
        self.signal.yield()
    }

    /// What was rung for since the last call; `end` when the task is cancelled. For one task at a time.
    func next() async -> Work {
        while true {
            let work = self.pending.withLock { pending in
                defer { pending = [] }
                return pending
            }
            if !work.isEmpty { return work }
            var iterator = self.signals.makeAsyncIterator()
            guard await iterator.next() != nil else { return .end }
        }
    }
}
