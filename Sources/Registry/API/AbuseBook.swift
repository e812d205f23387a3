import KezCore
import Synchronization

/// What this replica was told of keys, shared by the calls that hear reports and those who follow the log.
final class AbuseBook: Sendable {
    private let tally: Mutex<AbuseTally>

    init(_ limits: Limits) {
        self.tally = Mutex(
            AbuseTally(unregistered: limits.suspendUnregistered, factor: limits.suspendFactor.map(Double.init)))
    }

    func take(_ report: AbuseReport, at now: Timestamp) -> AbuseTally.Verdict {
        self.tally.withLock { $0.take(report, at: now) }
    }

    func forget(_ primary: Primary) { self.tally.withLock { $0.forget(primary) } }

    /// Events that came into the view: whoever was suspended or resumed, by whichever replica, begins anew.
    func applied(_ events: [LoggedEvent]) {
        for logged in events {
            switch logged.event.content {
            case .suspend(let primary, _, _, _), .resume(let primary): self.forget(primary)
            default: break
            }
        }
    }
}
