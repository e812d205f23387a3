/// Where a connection is between its requests, and how long it may stay there; pure.
///
/// A connection that waits for its peer always has a deadline; one that waits for us has none, for every answer
/// has its own.
struct ConnectionPhase: Sendable {
    struct Times: Sendable {
        let head: Duration
        let body: Duration
        /// A body must grow by `progressBytes` within each such time, or end.
        let progress: Duration
        let progressBytes: Int
        let idle: Duration
        let linger: Duration = .seconds(2)
    }

    /// What to do with the connection's one timer.
    enum Timer: Equatable, Sendable {
        case keep
        case stop
        case set(Duration)
        /// Its time is over.
        case close
    }

    private enum State: Equatable {
        case head, idle, body, answering, lingering, detached
    }

    private let times: Times
    private var state = State.head
    private(set) var requests = 0
    private(set) var isReading = false
    /// Of a body: what came since the timer was set, and the time that the rest of it may take.
    private var arrived = 0
    private var bodyLeft: Duration = .zero

    init(_ times: Times) { self.times = times }

    mutating func opened() -> Timer {
        self.state = .head
        return .set(self.times.head)
    }

    /// Bytes came; the first ones after an answer begin a head.
    mutating func bytesArrived(_ count: Int) -> Timer {
        if self.state == .body { self.arrived += count }
        guard self.state == .idle else { return .keep }
        self.state = .head
        return .set(self.times.head)
    }

    mutating func headArrived() -> Timer {
        guard self.state != .lingering, self.state != .detached else { return .keep }
        self.requests += 1
        self.isReading = true
        self.state = .body
        self.bodyLeft = self.times.body
        return self.awaitBody()
    }

    /// The time that was set is over.
    mutating func expired() -> Timer {
        // A trickle, each byte of it in time, would hold the connection as long as a body takes at the most.
        guard self.state == .body, self.bodyLeft > .zero, self.arrived >= self.times.progressBytes else {
            return .close
        }
        return self.awaitBody()
    }

    private mutating func awaitBody() -> Timer {
        let time = min(self.times.progress, self.bodyLeft)
        self.bodyLeft -= time
        self.arrived = 0
        return .set(time)
    }

    mutating func bodyEnded() -> Timer {
        self.isReading = false
        guard self.state == .body else { return .keep }
        self.state = self.requests > 0 ? .answering : .idle
        return self.requests > 0 ? .stop : .set(self.times.idle)
    }

    /// An answer was written to its end.
    mutating func answered() -> Timer {
        self.requests = max(0, self.requests - 1)
        guard self.requests == 0, !self.isReading, self.state != .lingering, self.state != .detached else {
            return .keep
        }
        self.state = .idle
        return .set(self.times.idle)
    }

    /// The last answer was written before the request's end: the peer gets a moment to read it.
    mutating func lingers() -> Timer {
        self.state = .lingering
        return .set(self.times.linger)
    }

    /// The connection is no longer HTTP.
    mutating func detached() -> Timer {
        self.state = .detached
        return .stop
    }
}
