private import Synchronization

/// The position a view has reached in its log, and those who wait for it to go on.
package final class PositionGate: Sendable {
    private struct Waiter {
        let id: UInt64
        let target: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var position: UInt64
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
    }

    private let state: Mutex<State>

    package init(position: UInt64 = 0) { self.state = Mutex(State(position: position)) }

    /// Sequence of the last message that the view holds.
    package var position: UInt64 { self.state.withLock { $0.position } }

    /// Tells that the view has reached `position`, or fell back to it when it is built anew.
    package func move(to position: UInt64) {
        self.move { $0 = position }
    }

    /// Tells that the view has reached `position` or more; for several tasks that move it on.
    package func advance(to position: UInt64) {
        self.move { $0 = max($0, position) }
    }

    private func move(_ change: (inout UInt64) -> Void) {
        let reached = self.state.withLock { state -> [Waiter] in
            change(&state.position)
            let position = state.position
            let reached = state.waiters.filter { $0.target <= position }
            if !reached.isEmpty { state.waiters.removeAll { $0.target <= position } }
            return reached
        }
        for waiter in reached { waiter.continuation.resume(returning: true) }
    }

    /// Waits until the view holds `target`.
    ///
    /// - Returns: false when it did not within `timeout`, or the task was cancelled.
    package func wait(for target: UInt64, timeout: Duration) async -> Bool {
        let id = self.state.withLock { state -> UInt64? in
            if state.position >= target { return nil }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return true }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait(id, for: target) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    private func wait(_ id: UInt64, for target: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state -> Bool? in
                    if state.position >= target { return true }
                    if Task.isCancelled { return false }
                    state.waiters.append(Waiter(id: id, target: target, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(returning: false)
        }
    }
}
