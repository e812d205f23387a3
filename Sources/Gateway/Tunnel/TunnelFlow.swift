import KezCore

/// What of one client's bytes may pass to the broker, and when. No I/O.
///
/// Until the broker took the login nobody is charged but the address: the key that a CONNECT names is a claim, and
/// a stranger must not spend a victim's budget with it.
struct TunnelFlow {
    enum Step: Equatable {
        /// So many bytes may be passed on; they are charged.
        case pass(Int)
        /// Nothing passes now; ask again after this long.
        case wait(Duration)
        /// Nothing passes until the broker has taken the login.
        case awaitsLogin
    }

    /// Who is held back is looked at again after so long at the latest.
    private static let longestWait: Duration = .seconds(1)
    /// What passes before the login is decided: a greeting, and what eager clients send behind it.
    private static let earlyLines = 64
    private static let earlyBytes = 64 * 1024

    private let budgets: TunnelBudgets
    private let address: IPAddress?
    private var scanner: TunnelScanner
    private var claimed: ConnectingKey?
    private var isLoginRead = false
    private var early = (lines: 0, bytes: 0)
    /// Whose demand it is; known when the login was taken.
    private var account: Primary?
    private var place: ConcurrencyCount<ConnectingKey>.Place?
    private(set) var isAccepted = false

    init(budgets: TunnelBudgets, address: IPAddress?) {
        self.budgets = budgets
        self.address = address
        self.scanner = TunnelScanner(headerBytes: budgets.headerBytes)
    }

    /// Whose budgets are spent; nil until the login was taken.
    var key: ConnectingKey? { self.isAccepted ? self.claimed : nil }

    /// - Parameter chunk: what comes next, not empty; what does not pass is to be offered again.
    mutating func next(_ chunk: Span<UInt8>) throws(TunnelViolation) -> Step {
        var allowance = self.budgets.addresses.allowance(of: self.address?.budgetKey)
        if let key = self.key {
            allowance = self.budgets.keys.allowance(of: key).and(allowance)
        } else if !self.isAccepted {
            let left = (lines: Self.earlyLines - self.early.lines, bytes: Self.earlyBytes - self.early.bytes)
            guard left.lines > 0, left.bytes > 0 else { return .awaitsLogin }
            allowance.lines = min(allowance.lines, left.lines)
            allowance.bytes = min(allowance.bytes, left.bytes)
        }
        guard allowance.lines > 0, allowance.bytes > 0 else {
            let time = min(max(allowance.wait, .milliseconds(1)), Self.longestWait)
            if allowance.isOverBudget, let account = self.account {
                self.budgets.demand.heldBack(account, for: time)
            }
            self.budgets.tally.tunnelPaused()
            return .wait(time)
        }
        let progress = try self.scanner.scan(chunk, maximumBytes: allowance.bytes, maximumLines: allowance.lines)
        try self.readLogin()
        self.charge(progress)
        return .pass(progress.bytes)
    }

    /// The broker took the login: the key pays for what has passed, and has one connection more.
    mutating func accept() throws(TunnelViolation) {
        guard !self.isAccepted else { return }
        if let key = self.claimed {
            self.account = key.account
            guard let place = try? self.budgets.places.enter(key) else {
                if let account = self.account { self.budgets.demand.refused(account) }
                throw .tooManyConnections
            }
            self.place = place
            self.charge(key, lines: self.early.lines, bytes: self.early.bytes)
        }
        self.isAccepted = true
    }

    /// Gives the key's place back.
    mutating func leave() { self.place = nil }

    private mutating func readLogin() throws(TunnelViolation) {
        guard !self.isLoginRead, let json = self.scanner.connect else { return }
        self.isLoginRead = true
        // Behind a login that was taken without one, it would be a second one.
        guard !self.isAccepted else { throw .badLogin }
        self.claimed = try ConnectLine.key(of: json)
    }

    private mutating func charge(_ progress: TunnelScanner.Progress) {
        self.budgets.tally.tunnelPassed(lines: progress.lines, bytes: progress.bytes)
        self.budgets.addresses.charge(self.address?.budgetKey, lines: progress.lines, bytes: progress.bytes)
        if let key = self.key {
            self.charge(key, lines: progress.lines, bytes: progress.bytes)
        } else if !self.isAccepted {
            self.early.lines += progress.lines
            self.early.bytes += progress.bytes
        }
    }

    private func charge(_ key: ConnectingKey, lines: Int, bytes: Int) {
        self.budgets.keys.charge(key, lines: lines, bytes: bytes)
        if let account = self.account { self.budgets.demand.passed(account, lines: lines, bytes: bytes) }
    }
}
