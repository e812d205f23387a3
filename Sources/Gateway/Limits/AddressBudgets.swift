import KezCore

/// The budgets of every address that called lately; callers without one share theirs.
struct AddressBudgets: Sendable {
    enum Kind: Sendable {
        case http, anonymous, registrations
    }

    private let http: RequestBudgets<IPAddress?>
    private let anonymous: RequestBudgets<IPAddress?>
    private let registrations: RequestBudgets<IPAddress?>

    /// - Parameter capacity: addresses that are remembered for each kind.
    init(limits: Limits, capacity: Int, ticks: @escaping @Sendable () -> Duration) {
        self.http = RequestBudgets("http", limits.http, capacity: capacity, ticks: ticks)
        self.anonymous = RequestBudgets("anonymous", limits.anonymous, capacity: capacity, ticks: ticks)
        self.registrations = RequestBudgets("registrations", limits.registrations, capacity: capacity, ticks: ticks)
    }

    /// Takes one from the budget of `address`.
    ///
    /// - Throws: `KezError` with `rate_limited` and the seconds to wait.
    func take(_ kind: Kind, for address: IPAddress?) throws(KezError) {
        let budgets =
            switch kind {
            case .http: self.http
            case .anonymous: self.anonymous
            case .registrations: self.registrations
            }
        try budgets.take(for: address?.budgetKey)
    }
}
