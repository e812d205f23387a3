/// When an answer is due. The steps behind one call share it, so that no caller waits longer than for one of them.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// - Parameter time: from now on; not negative.
    package init(after time: Duration) { self.end = .now.advanced(by: time) }

    /// Never negative.
    package var remaining: Duration { max(.zero, self.end - .now) }

    package var hasPassed: Bool { self.remaining == .zero }

    /// What is left, for a step that has a limit of its own.
    package func remaining(atMost limit: Duration) -> Duration { min(self.remaining, limit) }
}
