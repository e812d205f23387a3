/// When an answer is due. The steps of one call share it.
struct Deadline: Sendable {
    /// A caller waits 4 s; the answer needs a moment to travel.
    static let call: Duration = .milliseconds(3500)

    private let end: ContinuousClock.Instant

    init(_ duration: Duration = Self.call) { self.end = .now.advanced(by: duration) }

    /// Never negative.
    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: self.end)) }
    var hasPassed: Bool { self.remaining == .zero }
}
