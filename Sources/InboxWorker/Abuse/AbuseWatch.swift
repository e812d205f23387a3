import KezCore
import KezRuntime
import Logging
import NATS
private import Synchronization

/// Watches what a shard's log says about senders, and tells the registry what may suspend one.
///
/// It looks at messages after they were applied, and asks and tells from a task of its own: no list waits for it.
/// Facts only: two replicas of a shard tell the same, and the registry counts it once.
final class AbuseWatch: Sendable {
    /// The registry, as the watch needs it.
    struct Registry: Sendable {
        let isRegistered: @Sendable (Primary) async throws(KezError) -> Bool
        /// - Returns: whether the key is suspended now.
        let report: @Sendable (AbuseReport) async throws(KezError) -> Bool
    }

    private struct State {
        var demand: SendDemand
        var unregistered = UnregisteredSends()

        var isPending: Bool {
            self.unregistered.hasQuestions || self.unregistered.hasFindings || self.demand.isPending
        }
    }

    /// What was stored longer ago is of no interest: a worker that replays a log accuses nobody.
    private static let horizon: Duration = .seconds(300)
    /// Recipients asked about at the same time, and in one turn.
    private static let width = 8
    private static let questionsPerTurn = 256

    private let shard: Shard
    private let registry: Registry
    private let board: ShardBoard
    private let metrics: ShardMetrics
    private let logger: Logger
    private let state: Mutex<State>
    private let work = Notice<Void>()

    init(
        shard: Shard, limits: Limits, registry: Registry, board: ShardBoard, metrics: ShardMetrics, logger: Logger
    ) {
        self.shard = shard
        self.registry = registry
        self.board = board
        self.metrics = metrics
        self.logger = logger
        self.state = Mutex(State(demand: SendDemand(limits)))
    }

    private static var now: Int64 { WallClock.system.now().unixNanoseconds }

    /// Takes note of messages that the view has applied; returns at once.
    func observe(_ batch: [StreamMessage]) {
        let now = Self.now
        let oldest = now - Self.horizon.nanoseconds
        // Of a replay nothing is parsed.
        let sent = batch.compactMap { SentMessage($0, since: oldest) }
        guard !sent.isEmpty else { return }
        let (isPending, passedOver) = self.state.withLock { state in
            let before = state.unregistered.passedOver
            for message in sent {
                state.demand.note(message)
                state.unregistered.note(message, at: now)
            }
            return (state.isPending, state.unregistered.passedOver - before)
        }
        if passedOver > 0 { self.metrics.passedOver(passedOver) }
        if isPending { self.work.post(()) }
    }

    /// Asks and tells until the task is cancelled; what was not told then is told by another replica, or never.
    func run() async {
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            await self.work.wait()
            _ = self.work.take()
            var attempt = 0
            while !Task.isCancelled, self.state.withLock({ $0.isPending }) {
                let isAnswered = await self.turn()
                attempt = isAnswered ? 0 : attempt + 1
                // A minute that is not over yet is looked at again, and a registry that is away left alone.
                let delay =
                    isAnswered
                    ? .milliseconds(250)
                    : Backoff(base: .milliseconds(500), cap: .seconds(10)).delay(attempt: attempt, using: &generator)
                try? await Task.sleep(for: delay)
            }
        }
    }

    /// - Returns: false when the registry did not answer.
    private func turn() async -> Bool {
        for _ in 0..<(Self.questionsPerTurn / Self.width) {
            let questions = self.state.withLock { $0.unregistered.takeQuestions(upTo: Self.width) }
            if questions.isEmpty { break }
            guard await self.ask(questions) else { return false }
        }
        let (findings, excesses) = self.state.withLock { state in
            (state.unregistered.takeFindings(), state.demand.takeExcesses(at: Self.now))
        }
        var isAnswered = true
        for finding in findings {
            let isSuspended = await self.tell(finding.sender, .unregisteredRecipients(finding.items))
            isAnswered = isAnswered && isSuspended != nil
            self.state.withLock { state in
                if let isSuspended {
                    state.unregistered.told(finding, isSuspended: isSuspended, at: Self.now)
                } else {
                    state.unregistered.untold(finding)
                }
            }
        }
        for excess in excesses {
            let finding = AbuseReport.Finding.overBudget(.messages, window: excess.minute, factor: excess.factor)
            guard await self.tell(excess.sender, finding) == nil else { continue }
            isAnswered = false
            self.state.withLock { $0.demand.untold(excess) }
        }
        return isAnswered
    }

    /// - Returns: false when one was not answered.
    private func ask(_ questions: [Primary]) async -> Bool {
        await withTaskGroup(of: (Primary, Bool?).self) { group in
            for recipient in questions {
                group.addTask { (recipient, await self.isRegistered(recipient)) }
            }
            var isAnswered = true
            for await (recipient, isRegistered) in group {
                self.state.withLock { state in
                    if let isRegistered {
                        state.unregistered.answered(recipient, isRegistered: isRegistered, at: Self.now)
                    } else {
                        state.unregistered.postponed(recipient)
                    }
                }
                isAnswered = isAnswered && isRegistered != nil
            }
            return isAnswered
        }
    }

    /// - Returns: nil when no registry answered. A registry that refuses to tell leaves the senders in peace.
    private func isRegistered(_ recipient: Primary) async -> Bool? {
        do {
            return try await self.registry.isRegistered(recipient)
        } catch {
            return error.status < 500 ? true : nil
        }
    }

    /// - Returns: whether the sender is suspended now; nil when no registry answered.
    private func tell(_ sender: Primary, _ finding: AbuseReport.Finding) async -> Bool? {
        guard !Task.isCancelled else { return nil }
        do {
            let isSuspended = try await self.registry.report(
                AbuseReport(sender, source: self.shard.digit, finding))
            self.board.reported()
            self.metrics.reported(finding)
            self.logger.info(
                "a sender was reported",
                metadata: [
                    "inbox.shard": "\(self.shard)", "report.kind": "\(finding.kind)",
                    "report.suspended": "\(isSuspended)",
                ])
            return isSuspended
        } catch {
            let isRefused = error.status < 500
            self.logger.log(
                level: isRefused ? .warning : .debug, "a report was not taken",
                metadata: ["inbox.shard": "\(self.shard)", "error": "\(error.code)"])
            // What is refused once is refused again.
            return isRefused ? false : nil
        }
    }
}

extension AbuseWatch.Registry {
    init(_ connection: NATSConnection) {
        let client = RPCClient(connection)
        self.init(
            isRegistered: { recipient throws(KezError) in
                let subject = RPCSubject(caller: .service(.worker), endpoint: .registry(.admit))
                let reply = try await client.members(subject, PrimaryRequest(recipient).bytes)
                return try Admission(json: reply.value).user != nil
            },
            report: { report throws(KezError) in
                let subject = RPCSubject(caller: .service(.worker), endpoint: .account(.report))
                return try AbuseReportReply(json: try await client.members(subject, report.bytes).value).isSuspended
            })
    }
}

extension AbuseReport.Finding {
    /// For logs and metrics.
    var kind: String {
        switch self {
        case .unregisteredRecipients: "unregistered_recipients"
        case .overBudget: "over_budget"
        }
    }
}
