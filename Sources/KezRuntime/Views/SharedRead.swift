private import Synchronization

/// One read at a time, shared by everybody who was waiting when it began.
///
/// Who asks while a read is under way gets the next one: that read may have begun before what he must see
/// had happened. So a value is never older than the question.
package final class SharedRead<Value: Sendable, Failure: Error>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, Failure>, Never>

    private struct State {
        var isReading = false
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    private let read: @Sendable () async throws(Failure) -> Value

    /// - Parameter read: must end by itself within a deadline.
    package init(_ read: @escaping @Sendable () async throws(Failure) -> Value) {
        self.read = read
    }

    /// The value of a read that began after this call.
    package func value() async throws(Failure) -> Value {
        let result = await withCheckedContinuation { (waiter: Waiter) in
            let mustStart = self.state.withLock { state in
                state.waiters.append(waiter)
                defer { state.isReading = true }
                return !state.isReading
            }
            if mustStart { self.start() }
        }
        return try result.get()
    }

    /// Reads for whoever waits now, and again for whoever came meanwhile. The task belongs to all of them,
    /// so it is none's child.
    private func start() {
        Task {
            while true {
                let served = self.state.withLock { state -> [Waiter] in
                    defer { state.waiters = [] }
                    if state.waiters.isEmpty { state.isReading = false }
                    return state.waiters
                }
                if served.isEmpty { return }
                let result = await self.outcome()
                for waiter in served { waiter.resume(returning: result) }
            }
        }
    }

    private func outcome() async -> Result<Value, Failure> {
        do throws(Failure) {
            return .success(try await self.read())
        } catch {
            return .failure(error)
        }
    }
}
