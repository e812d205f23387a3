import Logging
import NATS

/// Decides how loudly a wait that may last is told: once when it begins to matter, again when the reason changes,
/// and every so often while it lasts.
struct Told: Sendable {
    /// The first failures at a common start are no news.
    private static let silentAttempts = 5
    private static let interval: Duration = .seconds(60)

    private var reason: String?
    private var time: ContinuousClock.Instant?

    /// - Parameters:
    ///   - attempt: 0 for the first.
    ///   - isExpected: whether somebody else has to act first, as in a deployment that is being made.
    /// - Returns: nil when nothing is to be told.
    mutating func level(
        of reason: String, attempt: Int, isExpected: Bool, at now: ContinuousClock.Instant = .now
    ) -> Logger.Level? {
        guard isExpected || attempt >= Self.silentAttempts else { return .debug }
        if reason == self.reason, let time, time.duration(to: now) < Self.interval { return nil }
        let isFirst = self.reason != reason
        (self.reason, self.time) = (reason, now)
        return isExpected && isFirst ? .notice : .warning
    }
}

extension NATSError {
    /// Whether the stream does not exist (yet).
    var isMissingStream: Bool {
        guard case .jetStream(.streamNotFound, _) = self.kind else { return false }
        return true
    }

    /// Why a shard waits for `stream`: the end of a sentence for an operator.
    func waitingSentence(for stream: String) -> String {
        switch self.kind {
        case .jetStream(.streamNotFound, _): "the stream \(stream) does not exist yet (`kez provision` makes it)"
        case .timeout:
            "the broker says nothing about the stream \(stream): JetStream has no leader for it, or this key may not ask"
        case .disconnected: "the broker cannot be reached"
        case .noResponders: "the broker has no JetStream, or it is not ready"
        default: "the stream \(stream) cannot be read (\(self))"
        }
    }
}
