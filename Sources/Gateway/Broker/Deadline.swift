/// When an HTTP caller must have its answer: every step behind the answer takes from the same time.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(after time: Duration) { self.end = .now.advanced(by: time) }

    var remaining: Duration { max(.zero, self.end - .now) }

    func remaining(atMost limit: Duration) -> Duration { min(self.remaining, limit) }
}
