import KezCore
import KezRuntime
import NATS

/// Makes answers linearizable: whoever passes sees everything that was acknowledged before he asked.
///
/// Source: design, correctness rule 5.
struct LogBarrier: Sendable {
    /// A view this far behind a head that was seen is stuck, not slow.
    private static let patience = Duration.seconds(1)

    let view: RegistryView
    let phase: RegistryPhase
    private let heads: SharedRead<StreamHead, KezError>

    /// - Parameter jetStream: its timeout bounds one read of the head.
    init(view: RegistryView, phase: RegistryPhase, jetStream: JetStream) {
        self.view = view
        self.phase = phase
        self.heads = SharedRead { () throws(KezError) in try await StreamHead.read(StreamNames.registry, jetStream) }
    }

    /// Waits until the view holds everything the log held at this moment.
    ///
    /// - Throws: `KezError`: `catching_up` while the log is replayed, `unavailable` when the head cannot be read
    ///   or reached before `deadline`.
    func pass(before deadline: Deadline) async throws(KezError) {
        let phase = self.phase.snapshot
        guard phase.isCurrent else { throw KezError(.catchingUp) }
        // Before the head is read: afterwards the view may be ahead of what was read.
        let reached = self.view.gate.position
        let head = try await self.heads.value()
        guard head.epoch == self.view.epoch, head.last >= reached else {
            self.phase.want(.rebuild, in: phase.generation)
            throw KezError(.catchingUp)
        }
        let remaining = deadline.remaining
        guard await self.view.gate.wait(for: head.last, timeout: remaining) else {
            if !Task.isCancelled, remaining >= Self.patience { self.phase.want(.follow, in: phase.generation) }
            throw KezError(.unavailable)
        }
    }

    /// The log's last sequence; nil when the broker does not tell.
    func head() async -> UInt64? { try? await self.heads.value().last }
}
