import KezCore

/// What the tunnels of this gateway share: the budgets of keys and of addresses, and how many connections a key has.
///
/// Counted by each gateway for itself.
struct TunnelBudgets: Sendable {
    let keys: FlowBudgets<ConnectingKey>
    let addresses: FlowBudgets<IPAddress?>
    let places: ConcurrencyCount<ConnectingKey>
    let demand: DemandBook
    let tally: GatewayTally
    /// Bytes of one message's headers.
    let headerBytes: Int

    init(_ configuration: GatewayConfiguration, demand: DemandBook, tally: GatewayTally) {
        self.demand = demand
        self.tally = tally
        let (limits, tuning) = (configuration.limits, configuration.tuning)
        self.keys = FlowBudgets(.init(limits), capacity: tuning.keyTable, ticks: configuration.ticks)
        self.addresses = FlowBudgets(
            .init(limits, factor: tuning.tunnelAddressFactor), capacity: tuning.addressTable,
            ticks: configuration.ticks)
        self.places = ConcurrencyCount(
            perOwner: limits.connections ?? .max, total: .max, what: "connections of this key")
        self.headerBytes = limits.headerBytes
    }
}
