import KezCore
import KezRuntime
private import Synchronization

/// What keys ask of this gateway, noted by every door, told to the registry by `DemandReporter`. Only of keys that
/// have proved themselves: nobody can run up another's demand.
final class DemandBook: Sendable {
    private let clock: WallClock
    private let table: Mutex<DemandTable>

    init(limits: Limits, capacity: Int, clock: WallClock) {
        self.clock = clock
        self.table = Mutex(DemandTable(limits: limits, capacity: capacity))
    }

    /// An HTTP request.
    func requested(_ primary: Primary) { self.note(primary) { $0.requests += 1 } }

    /// What a tunnel's client sent was passed on.
    func passed(_ primary: Primary, lines: Int, bytes: Int) {
        self.note(primary) { demand in
            demand.lines += lines
            demand.bytes += bytes
        }
    }

    /// A connection waits for its key's budget.
    func heldBack(_ primary: Primary, for time: Duration) { self.note(primary) { $0.held += time } }

    /// A connection more than the key may have.
    func refused(_ primary: Primary) { self.note(primary) { $0.refused += 1 } }

    /// What is to be told now.
    func takeExcesses() -> [DemandTable.Excess] {
        let minute = self.minute
        return self.table.withLock { $0.takeExcesses(before: minute) }
    }

    func untold(_ excesses: some Sequence<DemandTable.Excess>) { self.table.withLock { $0.untold(excesses) } }

    private var minute: Int64 { self.clock.now().unixSeconds / 60 }

    private func note(_ primary: Primary, _ change: (inout DemandTable.Demand) -> Void) {
        let minute = self.minute
        self.table.withLock { $0.note(primary, in: minute, change) }
    }
}
