import KezCore
private import Synchronization

/// How many of something are open at this moment, of one owner and in all.
final class ConcurrencyCount<Owner: Hashable & Sendable>: Sendable {
    /// A place that is taken as long as somebody holds this.
    final class Place: Sendable {
        private let onLeave: @Sendable () -> Void

        fileprivate init(onLeave: @escaping @Sendable () -> Void) { self.onLeave = onLeave }

        deinit { self.onLeave() }
    }

    private struct State {
        var total = 0
        var owners: [Owner: Int] = [:]
    }

    private let perOwner: Int
    private let total: Int
    private let what: String
    private let onChange: @Sendable (Int) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - what: completes the sentence "Too many …".
    ///   - onChange: told how many there are.
    init(perOwner: Int, total: Int, what: String, onChange: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.perOwner = perOwner
        self.total = total
        self.what = what
        self.onChange = onChange
    }

    var count: Int { self.state.withLock { $0.total } }

    /// - Throws: `KezError` with `rate_limited` when the owner or the gateway has as many as it may.
    func enter(_ owner: Owner) throws(KezError) -> Place {
        let count = self.state.withLock { state -> Int? in
            guard state.total < self.total, state.owners[owner, default: 0] < self.perOwner else { return nil }
            state.total += 1
            state.owners[owner, default: 0] += 1
            return state.total
        }
        guard let count else {
            throw KezError(.rateLimited, "Too many \(self.what); close one and try again.", retryAfter: 5)
        }
        self.onChange(count)
        return Place { self.leave(owner) }
    }

    private func leave(_ owner: Owner) {
        let count = self.state.withLock { state in
            state.total -= 1
            let left = state.owners[owner, default: 1] - 1
            state.owners[owner] = left > 0 ? left : nil
            return state.total
        }
        self.onChange(count)
    }
}
