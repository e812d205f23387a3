import Synchronization

/// Lets so many in at the same time; of the others the one that came last goes first.
///
/// Under a storm of logins this makes the difference between some clients that wait and none that succeeds: see
/// `Mailbox`. Bounded by its users' own concurrency.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(permits: Int) { self.state = Mutex(State(free: permits)) }

    func withPermit<Result: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { state in
                guard state.free > 0 else {
                    state.waiters.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        defer { self.leave() }
        return try await body()
    }

    private func leave() {
        let next = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiters.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiters.removeLast()
        }
        next?.resume()
    }
}
