import KezCore
import Metrics
import Synchronization

/// What an operator sees of a registry.
final class RegistryMetrics: Sendable {
    /// What happened since the start.
    struct Counts: Equatable, Sendable {
        /// How often another replica wrote first.
        var lostRaces = 0
        /// How often an acknowledgement did not come.
        var unknownOutcomes = 0
        /// Reports of workers and gateways.
        var reports = 0
        /// Invites that were used here.
        var invites = 0
    }

    private let events = Counter(label: "kez_registry_events_total")
    private let position = Gauge(label: "kez_registry_position")
    private let lostRaces = Counter(label: "kez_registry_lost_races_total")
    private let unknownOutcomes = Counter(label: "kez_registry_unknown_outcomes_total")
    private let resumptions = Counter(label: "kez_registry_resumptions_total")
    private let invites = Counter(label: "kez_registry_invites_total")
    private let counted = Mutex(Counts())
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

    var counts: Counts { self.counted.withLock { $0 } }

    /// A suspension that this replica wrote.
    func suspended(by author: SuspensionAuthor) {
        Counter(label: "kez_registry_suspensions_total", dimensions: [("by", author.rawValue)]).increment()
    }

    func resumed() { self.resumptions.increment() }

    func usedInvite() {
        self.invites.increment()
        self.counted.withLock { $0.invites += 1 }
    }

    /// A report that this replica heard; each is heard by all.
    func heard(_ finding: AbuseReport.Finding) {
        let kind =
            switch finding {
            case .unregisteredRecipients: "unregistered_recipients"
            case .overBudget: "over_budget"
            }
        Counter(label: "kez_registry_reports_total", dimensions: [("kind", kind)]).increment()
        self.counted.withLock { $0.reports += 1 }
    }

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
