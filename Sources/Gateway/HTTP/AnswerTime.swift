import KezRuntime
private import Synchronization

/// How long an answer may take: counted from the request's head, and anew from the end of its body.
final class AnswerTime: Sendable {
    private let limit: Duration
    private let state: Mutex<Deadline>

    init(_ limit: Duration) {
        self.limit = limit
        self.state = Mutex(Deadline(after: limit))
    }

    var deadline: Deadline { self.state.withLock { $0 } }

    func begin() { self.state.withLock { $0 = Deadline(after: self.limit) } }
}
