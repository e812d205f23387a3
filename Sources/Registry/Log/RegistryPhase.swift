import Synchronization

/// Whether this replica may answer, and what must be done before it may again.
///
/// The follower moves it; the serving loop enters and leaves the queue groups by it; whoever meets trouble says
/// what would help.
final class RegistryPhase: Sendable {
    enum Remedy: Sendable, Equatable {
        /// Read the log's head and follow it anew from the view's position.
        case follow
        /// Drop the view and replay the log.
        case rebuild
    }

    struct Snapshot: Sendable, Equatable {
        /// Counts the times the log was followed anew.
        var generation = 0
        /// The view has reached the head that was the log's when this generation began.
        var isCurrent = false
        var remedy: Remedy?
        /// The broker says that there is no log: it has to be provisioned.
        var lacksStream = false
    }

    private struct State {
        var snapshot = Snapshot()
        var observers: [Int: AsyncStream<Snapshot>.Continuation] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    var snapshot: Snapshot { self.state.withLock { $0.snapshot } }
    var generation: Int { self.snapshot.generation }

    /// Begins to follow the log: not current, nothing wanted.
    func begin() -> Int {
        self.change { $0 = Snapshot(generation: $0.generation + 1) }.generation
    }

    func streamExists(_ exists: Bool) { self.change { $0.lacksStream = !exists } }

    /// The view of that generation has caught up.
    func reachedHead(in generation: Int) {
        self.change { if $0.generation == generation, $0.remedy == nil { $0.isCurrent = true } }
    }

    /// Stops serving until `remedy` was taken. Trouble of an earlier generation is over already.
    func want(_ remedy: Remedy, in generation: Int) {
        self.change { snapshot in
            guard snapshot.generation == generation, snapshot.remedy != .rebuild else { return }
            snapshot.remedy = remedy
            snapshot.isCurrent = false
        }
    }

    /// The phase as it is, then each change; who is slow sees the last one only.
    func updates() -> AsyncStream<Snapshot> {
        let (stream, continuation) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        let id = self.state.withLock { state in
            state.nextID += 1
            state.observers[state.nextID] = continuation
            continuation.yield(state.snapshot)
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            // Outside the lock: ending a continuation may call back.
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    @discardableResult
    private func change(_ body: (inout Snapshot) -> Void) -> Snapshot {
        self.state.withLock { state in
            let before = state.snapshot
            body(&state.snapshot)
            if state.snapshot != before {
                for observer in state.observers.values { observer.yield(state.snapshot) }
            }
            return state.snapshot
        }
    }
}
