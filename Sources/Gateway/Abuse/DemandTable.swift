import KezCore

/// What each key asked for in the minute under way, and which keys asked for more than a budget in those that are
/// over; pure.
///
/// A tunnel slows by not reading, so what a client would have sent cannot be seen. Its demand is what passed, and for
/// each connection that its own key's budget held back, the time it was held: sixteen connections that push all
/// minute are sixteen times the budget, one that is busy is twice.
///
/// Bounded: of `capacity` keys a minute, further ones are not counted in it; of what is not told yet, the largest.
struct DemandTable: Sendable {
    struct Excess: Equatable, Sendable {
        let primary: Primary
        let budget: AbuseReport.Budget
        /// Since 1970.
        let minute: Int64
        /// Of what the budget lets through in a minute; 1 at the least.
        let factor: Double
    }

    struct Demand: Sendable {
        /// HTTP requests, also those that were answered with 429.
        var requests = 0
        /// What passed a tunnel, and how long its own budget held it back.
        var lines = 0
        var bytes = 0
        var held: Duration = .zero
        /// Connections beyond those that a key may have.
        var refused = 0
    }

    /// Minutes after which the registry wants to hear no more of one.
    private static let memory: Int64 = 5

    private let limits: Limits
    private let capacity: Int
    private let pending: Int
    private var minute: Int64 = .min
    private var demands: [Primary: Demand] = [:]
    private var excesses: [Excess] = []

    init(limits: Limits, capacity: Int, pending: Int = 1000) {
        self.limits = limits
        self.capacity = capacity
        self.pending = pending
    }

    /// Keys that are counted now.
    var count: Int { self.demands.count }

    mutating func note(_ primary: Primary, in minute: Int64, _ change: (inout Demand) -> Void) {
        if minute != self.minute { self.begin(minute) }
        guard self.demands[primary] != nil || self.demands.count < self.capacity else { return }
        change(&self.demands[primary, default: Demand()])
    }

    /// The excesses of minutes before `minute`, the present one; `untold` gives back what could not be told.
    mutating func takeExcesses(before minute: Int64) -> [Excess] {
        if minute > self.minute { self.begin(minute) }
        defer { self.excesses = [] }
        return self.excesses.filter { minute - $0.minute <= Self.memory }
    }

    mutating func untold(_ excesses: some Sequence<Excess>) { self.keep(excesses) }

    private mutating func begin(_ minute: Int64) {
        let over = self.minute
        self.keep(self.demands.flatMap { primary, demand in self.excesses(of: demand, primary, over) })
        self.demands.removeAll(keepingCapacity: self.demands.count < 1000)
        self.minute = minute
    }

    private mutating func keep(_ more: some Sequence<Excess>) {
        self.excesses += more
        guard self.excesses.count > self.pending else { return }
        self.excesses = Array(self.excesses.sorted { $0.factor > $1.factor }.prefix(self.pending))
    }

    private func excesses(of demand: Demand, _ primary: Primary, _ minute: Int64) -> [Excess] {
        let tunnel = max(
            Self.factor(demand.lines, self.limits.tunnelLines), Self.factor(demand.bytes, self.limits.tunnelBytes))
        let factors: [(AbuseReport.Budget, Double)] = [
            (.http, Self.factor(demand.requests, self.limits.http)),
            (.tunnel, tunnel + demand.held / .seconds(60)),
            (.connections, self.limits.connections.map { Double(demand.refused) / Double($0) } ?? 0),
        ]
        return factors.compactMap { budget, factor in
            factor >= 1 ? Excess(primary: primary, budget: budget, minute: minute, factor: factor) : nil
        }
    }

    private static func factor(_ count: Int, _ limit: TokenBucketLimit) -> Double {
        limit.isOff ? 0 : Double(count) / (limit.perSecond * 60)
    }
}
