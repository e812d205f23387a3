/// How many connections an address has: so many are served, a few more are told that they are too many, and the rest
/// is closed without a word.
///
/// A trusted proxy speaks for many addresses and is not counted; the budgets of requests see through it.
struct ConnectionSeats: Sendable {
    typealias Count = ConcurrencyCount<IPAddress?>

    enum Seat: Sendable {
        /// nil for a trusted proxy.
        case taken(Count.Place?)
        /// To be told with its first request.
        case refused(Count.Place)
        case none
    }

    private let served: Count
    private let told: Count
    private let trusted: [TrustedProxy]

    /// - Parameters:
    ///   - perAddress: connections that are served.
    ///   - told: those beyond, that get an answer.
    init(perAddress: Int, told: Int, trusted: [TrustedProxy]) {
        self.served = Count(perOwner: perAddress, total: .max, what: "connections of this address")
        self.told = Count(perOwner: told, total: .max, what: "connections of this address")
        self.trusted = trusted
    }

    /// - Parameter peer: the other end of the connection.
    func take(_ peer: IPAddress?) -> Seat {
        if let peer, self.trusted.contains(where: { $0.contains(peer) }) { return .taken(nil) }
        if let place = try? self.served.enter(peer?.budgetKey) { return .taken(place) }
        if let place = try? self.told.enter(peer?.budgetKey) { return .refused(place) }
        return .none
    }
}
