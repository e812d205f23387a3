import KezCore
import Synchronization

/// Chains as they were when a link was last held against them, so that an append does not read a thousand links.
///
/// Bounded; the least recently used one goes. An old state does no harm: it is read on from.
final class ChainCache: Sendable {
    private struct Entry {
        var chain: Sigchain
        var usedAt: UInt64
    }

    private struct State {
        var entries: [Primary: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: chains kept; one of 1,000 links takes about 100 KB.
    init(capacity: Int = 64) { self.capacity = capacity }

    subscript(primary: Primary) -> Sigchain? {
        self.state.withLock { state in
            state.clock += 1
            state.entries[primary]?.usedAt = state.clock
            return state.entries[primary]?.chain
        }
    }

    func keep(_ chain: Sigchain) {
        self.state.withLock { state in
            state.clock += 1
            state.entries[chain.primary] = Entry(chain: chain, usedAt: state.clock)
            guard state.entries.count > self.capacity else { return }
            if let oldest = state.entries.min(by: { $0.value.usedAt < $1.value.usedAt }) {
                state.entries.removeValue(forKey: oldest.key)
            }
        }
    }
}
