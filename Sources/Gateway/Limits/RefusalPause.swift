private import Synchronization

/// Keeps who is over a budget waiting for its answer, so that a flood over few connections slows down by itself.
/// Each waits a little longer or shorter than the others, for answers at one moment would be questions at one moment.
///
/// Bounded: beyond `capacity` answers at a time the others are given at once.
final class RefusalPause: Sendable {
    private let time: Duration
    private let capacity: Int
    private let waiting = Atomic<Int>(0)

    init(_ time: Duration, capacity: Int) {
        self.time = time
        self.capacity = capacity
    }

    /// Answers that are kept back now.
    var count: Int { self.waiting.load(ordering: .relaxed) }

    /// Returns after the pause, at once when too many wait, and early when the task is cancelled.
    func wait() async {
        defer { self.waiting.subtract(1, ordering: .relaxed) }
        guard self.waiting.add(1, ordering: .relaxed).newValue <= self.capacity, self.time > .zero else { return }
        try? await Task.sleep(for: self.time * .random(in: 0.75...1.25))
    }
}
