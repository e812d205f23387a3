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

    /// - Parameter connection: to the broker; its owner closes it.
    /// - Throws: `DatabaseError` when no view can be kept.
    init(_ configuration: RegistryConfiguration, on connection: NATSConnection, logger: Logger) async throws {
        let jetStream = JetStream(connection, timeout: configuration.brokerTimeout)
        let metrics = RegistryMetrics()
        self.metrics = metrics
        self.phase = RegistryPhase()
        self.view = try await RegistryView.open(configuration.databasePath, phase: self.phase, logger: logger)
        self.barrier = LogBarrier(view: self.view, phase: self.phase, jetStream: jetStream)
        self.follower = RegistryFollower(
            view: self.view, phase: self.phase, jetStream: jetStream, metrics: metrics, logger: logger)
        self.calls = RegistryCalls(
            configuration: configuration, view: self.view, barrier: self.barrier,
            writer: RegistryWriter(
                view: self.view, barrier: self.barrier, jetStream: jetStream, server: configuration.server,
                clock: configuration.clock, metrics: metrics, logger: logger),
            metrics: metrics)
    }

    /// What `$SRV.STATS` shows: `{"position","lag","events","handles","current","lost_races","unknown_outcomes"}`;
    /// `lag` is null when the broker does not tell the head, `events` and `handles` when the view cannot be read.
    func statistics() async -> [UInt8] {
        let counts = try? await self.view.read { queries in
            (try LogState.fetch(queries.database).position.next, try queries.handleCount())
        }
        let head = await self.barrier.head()
        let position = self.view.gate.position
        let troubles = self.metrics.troubles
        return JSONWriter.object { writer in
            writer.member("position", position)
            writer.member("lag", head.map { $0 > position ? $0 - position : 0 })
            writer.member("events", counts?.0)
            writer.member("handles", counts?.1)
            writer.member("current", self.phase.snapshot.isCurrent)
            writer.member("lost_races", troubles.lostRaces)
            writer.member("unknown_outcomes", troubles.unknownOutcomes)
        }
    }
}
