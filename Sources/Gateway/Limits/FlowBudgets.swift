import KezCore
private import Synchronization

/// The tunnel's budgets of all keys, or of all addresses: shared by every connection of one, whatever its event loop.
///
/// Bounded: beyond the table's size, who has not sent for longest starts anew.
final class FlowBudgets<Owner: Hashable & Sendable>: Sendable {
    private let rates: FlowBudget.Rates
    private let ticks: @Sendable () -> Duration
    private let table: Mutex<GenerationalTable<Owner, FlowBudget>>

    init(_ rates: FlowBudget.Rates, capacity: Int, ticks: @escaping @Sendable () -> Duration) {
        self.rates = rates
        self.ticks = ticks
        self.table = Mutex(.init(capacity: capacity))
    }

    var count: Int { self.table.withLock { $0.count } }

    func allowance(of owner: Owner) -> FlowBudget.Allowance {
        let now = self.ticks()
        return self.table.withLock { table in
            var budget = table[owner] ?? FlowBudget(self.rates, at: now)
            defer { table[owner] = budget }
            return budget.allowance(at: now)
        }
    }

    /// Charges what passes; two connections at the same moment may go a little into debt.
    func charge(_ owner: Owner, lines: Int, bytes: Int) {
        let now = self.ticks()
        self.table.withLock { table in
            var budget = table[owner] ?? FlowBudget(self.rates, at: now)
            budget.charge(lines: lines, bytes: bytes, at: now)
            table[owner] = budget
        }
    }
}
