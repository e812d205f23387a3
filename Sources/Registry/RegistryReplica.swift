import KezCore
import KezRuntime
import Logging
import NATS

/// One replica put together: its view and those who fill it, write to the log and answer.
struct RegistryReplica: Sendable {
    let phase: RegistryPhase
    let view: RegistryView
    let barrier: LogBarrier
    let follower: RegistryFollower
    let calls: RegistryCalls
    let metrics: RegistryMetrics
    private let clock: WallClock

    /// - Parameter connection: to the broker; its owner closes it.
    /// - Throws: `DatabaseError` when no view can be kept.
    init(_ configuration: RegistryConfiguration, on connection: NATSConnection, logger: Logger) async throws {
        let jetStream = JetStream(connection, timeout: configuration.brokerTimeout)
        let metrics = RegistryMetrics()
        let abuse = AbuseBook(configuration.limits)
        self.metrics = metrics
        self.phase = RegistryPhase()
        self.view = try await RegistryView.open(configuration.databasePath, phase: self.phase, logger: logger)
        self.barrier = LogBarrier(view: self.view, phase: self.phase, jetStream: jetStream)
        self.follower = RegistryFollower(
            view: self.view, phase: self.phase, jetStream: jetStream, abuse: abuse, metrics: metrics, logger: logger)
        self.clock = configuration.clock
        self.calls = RegistryCalls(
            configuration: configuration, view: self.view, barrier: self.barrier,
            writer: RegistryWriter(
                view: self.view, barrier: self.barrier, jetStream: jetStream, server: configuration.server,
                clock: configuration.clock, abuse: abuse, metrics: metrics, logger: logger),
            abuse: abuse, metrics: metrics)
    }

    /// What `$SRV.STATS` shows: `{"position","lag","events","handles","suspended","state","current","reports",
    /// "invites","lost_races","unknown_outcomes"}`; `state` is `ready`, `replaying` or `waiting` (there is no log),
    /// `lag` is null when the broker does not tell the head, `events`, `handles` and `suspended` (keys now) when
    /// the view cannot be read. `reports` and `invites` count what this replica heard and took since its start.
    func statistics() async -> [UInt8] {
        let now = self.clock.now()
        let counts = try? await self.view.read { queries in
            (
                try LogState.fetch(queries.database).position.next, try queries.handleCount(),
                try queries.suspendedCount(at: now)
            )
        }
        let phase = self.phase.snapshot
        let head = await self.barrier.head()
        let position = self.view.gate.position
        let counted = self.metrics.counts
        return JSONWriter.object { writer in
            writer.member("position", position)
            writer.member("lag", head.map { $0 > position ? $0 - position : 0 })
            writer.member("events", counts?.0)
            writer.member("handles", counts?.1)
            writer.member("suspended", counts?.2)
            writer.member("state", phase.isCurrent ? "ready" : phase.lacksStream ? "waiting" : "replaying")
            writer.member("current", phase.isCurrent)
            writer.member("reports", counted.reports)
            writer.member("invites", counted.invites)
            writer.member("lost_races", counted.lostRaces)
            writer.member("unknown_outcomes", counted.unknownOutcomes)
        }
    }
}
