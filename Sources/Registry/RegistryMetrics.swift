import KezCore
import Metrics
import Synchronization

/// What an operator sees of a registry.
final class RegistryMetrics: Sendable {
    /// How often another replica wrote first, and how often an acknowledgement did not come; since the start.
    struct Troubles: Equatable, Sendable {
        var lostRaces = 0
        var unknownOutcomes = 0
    }

    private let events = Counter(label: "kez_registry_events_total")
    private let position = Gauge(label: "kez_registry_position")
    private let lostRaces = Counter(label: "kez_registry_lost_races_total")
    private let unknownOutcomes = Counter(label: "kez_registry_unknown_outcomes_total")
    private let counted = Mutex(Troubles())
    private let writeTime = Timer(label: "kez_registry_write_seconds")

    /// Events that came into the view.
    func applied(_ count: Int, position: UInt64) {
        self.events.increment(by: count)
        self.position.record(position)
    }

    /// Another replica wrote first.
    func lostRace() {
        self.lostRaces.increment()
        self.counted.withLock { $0.lostRaces += 1 }
    }

    /// A write was sent and its acknowledgement did not come.
    func unknownOutcome() {
        self.unknownOutcomes.increment()
        self.counted.withLock { $0.unknownOutcomes += 1 }
    }

    var troubles: Troubles { self.counted.withLock { $0 } }

    func wrote(in duration: Duration) { self.writeTime.recordNanoseconds(Int64(duration / .nanoseconds(1))) }

    /// An answered call; `code` is `ok` or the refusal's.
    func answered(_ endpoint: RPCEndpoint, code: String) {
        let method =
            switch endpoint {
            case .registry(let method): method.rawValue
            case .account(let method): method.rawValue
            case .inbox(_, let method): method.rawValue
            }
        Counter(label: "kez_registry_requests_total", dimensions: [("method", method), ("code", code)]).increment()
    }
}
