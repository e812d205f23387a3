private import Synchronization

/// Something that one task waits for and any may tell; it is remembered until it is taken.
final class Notice<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let merge: @Sendable (Value, Value) -> Value

    /// - Parameter merge: makes one of what was told before and what is told now.
    init(merge: @escaping @Sendable (Value, Value) -> Value) { self.merge = merge }

    /// What was told and not taken yet.
    var pending: Value? { self.state.withLock { $0.value } }

    func post(_ value: Value) {
        let waiter = self.state.withLock { state in
            state.value = state.value.map { self.merge($0, value) } ?? value
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    func take() -> Value? {
        self.state.withLock { state in
            defer { state.value = nil }
            return state.value
        }
    }

    /// Waits until something is pending, or the task is cancelled. For one task at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    if state.value != nil || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}

extension Notice where Value == Void {
    convenience init() { self.init { _, _ in } }
}
