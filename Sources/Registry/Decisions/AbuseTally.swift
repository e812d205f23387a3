import KezCore

/// Sums what workers and gateways report of keys, and says when it is enough for a suspension.
///
/// Each registry hears every report and sums for itself; what it holds is lost with it, at most an hour's worth.
/// Bounded: of `capacity` keys; where there are more, those with nothing left that counts are forgotten, then the
/// tenth whose last report is oldest. Of one key no more is kept than suspends it.
///
/// Source: protocol, section 9 ("Suspension").
struct AbuseTally: Sendable {
    enum Verdict: Equatable, Sendable {
        case bearable
        /// `reason` is a sentence for the suspended one.
        case suspend(reason: String)
    }

    /// How long a send to nobody counts.
    static let itemLifetime: Duration = .seconds(3600)
    /// Minutes that reports may be of, from now.
    static let windows: ClosedRange<Int64> = -5...1
    /// Reporters of one key's demand in one minute.
    static let reporters = 64

    private struct Item: Hashable {
        let source: String
        let seq: UInt64
    }

    private struct Window: Hashable {
        let budget: AbuseReport.Budget
        let minute: Int64
    }

    private struct Record {
        var reportedAt: Timestamp
        /// When each was first told.
        var items: [Item: Timestamp] = [:]
        /// The largest factor that each reporter told.
        var demands: [Window: [String: Double]] = [:]

        var isEmpty: Bool { self.items.isEmpty && self.demands.isEmpty }

        mutating func forgetOld(_ now: Timestamp) {
            self.items = self.items.filter { $0.value.distance(to: now) < AbuseTally.itemLifetime }
            self.demands = self.demands.filter { AbuseTally.isNear($0.key.minute, now) }
        }
    }

    /// Distinct sends to nobody that are enough; nil: no number is.
    private let unregistered: Int?
    /// The sum of factors that is enough; nil: none is.
    private let factor: Double?
    private let capacity: Int
    private var records: [Primary: Record] = [:]

    init(unregistered: Int?, factor: Double?, capacity: Int = 10_000) {
        self.unregistered = unregistered
        self.factor = factor
        self.capacity = max(capacity, 1)
    }

    /// Keys that something is known of.
    var count: Int { self.records.count }

    /// Takes a report; what was told before changes nothing.
    mutating func take(_ report: AbuseReport, at now: Timestamp) -> Verdict {
        switch report.finding {
        case .unregisteredRecipients(let items):
            guard let enough = self.unregistered else { return .bearable }
            return self.change(report.primary, now) { record in
                for seq in items where record.items.count < enough {
                    let item = Item(source: report.source, seq: seq)
                    if record.items[item] == nil { record.items[item] = now }
                }
                guard record.items.count >= enough else { return .bearable }
                return .suspend(reason: "Sent \(enough) messages to keys nobody registered, within an hour.")
            }
        case .overBudget(let budget, let minute, let factor):
            guard let enough = self.factor, Self.isNear(minute, now) else {
                return .bearable
            }
            return self.change(report.primary, now) { record in
                var told = record.demands[Window(budget: budget, minute: minute)] ?? [:]
                if told[report.source] != nil || told.count < Self.reporters {
                    told[report.source] = max(told[report.source] ?? 0, factor)
                }
                record.demands[Window(budget: budget, minute: minute)] = told
                let sum = told.values.reduce(0, +)
                guard sum >= enough else { return .bearable }
                let times = Int(min(sum, 1_000_000).rounded(.down))
                return .suspend(reason: "Asked for \(times) times its budget of \(budget.inWords) for a minute.")
            }
        }
    }

    /// Begins anew with a key, whose suspension began or ended.
    mutating func forget(_ primary: Primary) { self.records.removeValue(forKey: primary) }

    private mutating func change(
        _ primary: Primary, _ now: Timestamp, _ body: (inout Record) -> Verdict
    ) -> Verdict {
        if self.records[primary] == nil, self.records.count >= self.capacity { self.makeRoom(now) }
        var record = self.records[primary] ?? Record(reportedAt: now)
        record.reportedAt = now
        record.forgetOld(now)
        defer { self.records[primary] = record }
        return body(&record)
    }

    private mutating func makeRoom(_ now: Timestamp) {
        for key in self.records.keys { self.records[key]?.forgetOld(now) }
        self.records = self.records.filter { !$0.value.isEmpty }
        guard self.records.count >= self.capacity else { return }
        let oldest = self.records.sorted { $0.value.reportedAt < $1.value.reportedAt }
        for (key, _) in oldest.prefix(max(self.capacity / 10, 1)) { self.records.removeValue(forKey: key) }
    }

    private static func isNear(_ minute: Int64, _ now: Timestamp) -> Bool {
        // Any number may be told.
        let (distance, overflow) = minute.subtractingReportingOverflow(now.unixSeconds / 60)
        return !overflow && self.windows.contains(distance)
    }
}

extension AbuseReport.Budget {
    fileprivate var inWords: String {
        switch self {
        case .http: "HTTP requests"
        case .tunnel: "traffic through the tunnel"
        case .connections: "connections"
        case .messages: "messages"
        }
    }
}
