import KezCore
import KezRuntime
import Logging
import NATS

/// Writes events into the log, one at a time, each decided against a view that holds everything before it.
///
/// The broker stores an event only as the successor of the one the view had reached (expected last sequence). A
/// replica that loses the race applies what it missed and decides again, so of all replicas' writes one order
/// results in which every decision is right.
///
/// Source: design, correctness rule 5.
struct RegistryWriter: Sendable {
    /// What a decision says to a request, out of one state of the view.
    enum Verdict<Answer: Sendable>: Sendable {
        case refused(KezError)
        /// `answer` completes the reply from the leaf under which the event stands in the log.
        case accepted(RegistryEvent.Content, answer: @Sendable (RegistryLeaf) -> Answer)
    }

    /// A publish whose acknowledgement did not come: it stands at `seq` with this id, or nowhere.
    private struct Attempt<Answer: Sendable>: Sendable {
        let seq: UInt64
        let messageID: String
        let leaf: RegistryLeaf
        let answer: @Sendable (RegistryLeaf) -> Answer
    }

    private enum Published: Sendable {
        case stored(at: UInt64)
        case lostRace
        case unknown
    }

    /// Between attempts while the broker does not answer.
    private static let pause = Duration.milliseconds(50)

    let view: RegistryView
    let barrier: LogBarrier
    let jetStream: JetStream
    let server: ServerName
    let clock: WallClock
    let metrics: RegistryMetrics
    let logger: Logger
    private let turnstile = Turnstile()

    init(
        view: RegistryView, barrier: LogBarrier, jetStream: JetStream, server: ServerName, clock: WallClock,
        metrics: RegistryMetrics, logger: Logger
    ) {
        self.view = view
        self.barrier = barrier
        self.jetStream = jetStream
        self.server = server
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    /// Decides, and writes the event if there is to be one.
    ///
    /// - Parameter decide: called for each try, with the view as it is then.
    /// - Returns: the answer once the event is stored and in the view.
    /// - Throws: the refusal, decided on a view that holds everything acknowledged before this call;
    ///   `unavailable` when that cannot be had before `deadline`, or the outcome of a publish stays unknown: the
    ///   event may then be stored, and the same envelope again tells (`replayed`).
    func write<Answer: Sendable>(
        before deadline: Deadline,
        _ decide: @escaping @Sendable (RegistryQueries) throws -> Verdict<Answer>
    ) async throws(KezError) -> Answer {
        // Outside the turnstile, so that what is refused does not hold up what is not.
        let isFresh = try await self.check(before: deadline, decide)
        return try await self.turnstile.turn { () async throws(KezError) in
            let start = ContinuousClock.now
            defer { self.metrics.wrote(in: .now - start) }
            return try await self.decideAndWrite(before: deadline, isFresh: isFresh, decide)
        }
    }

    /// - Returns: whether the view was brought to the log's head meanwhile.
    /// - Throws: as `write`.
    private func check<Answer>(
        before deadline: Deadline,
        _ decide: @escaping @Sendable (RegistryQueries) throws -> Verdict<Answer>
    ) async throws(KezError) -> Bool {
        guard case .refused = try await self.view.read(decide) else { return false }
        // The view may be behind: what it refuses may be granted at the head.
        try await self.barrier.pass(before: deadline)
        if case .refused(let error) = try await self.view.read(decide) { throw error }
        return true
    }

    private func decideAndWrite<Answer: Sendable>(
        before deadline: Deadline, isFresh: Bool,
        _ decide: @escaping @Sendable (RegistryQueries) throws -> Verdict<Answer>
    ) async throws(KezError) -> Answer {
        var isFresh = isFresh
        var unknown: [Attempt<Answer>] = []
        while !deadline.hasPassed, !Task.isCancelled {
            let sent = unknown
            let (state, verdict, own) = try await self.view.read { queries in
                (
                    try LogState.fetch(queries.database), try decide(queries),
                    try sent.first { try queries.isStored($0.messageID, at: $0.seq) }
                )
            }
            // Before the verdict, which would call our own event a replay.
            if let own { return own.answer(own.leaf) }
            switch verdict {
            case .refused(let error):
                if isFresh { throw error }
                try await self.barrier.pass(before: deadline)
                isFresh = true
            case .accepted(let content, let answer):
                let event = try RegistryEvent(content, at: state.position, server: self.server, now: self.clock.now())
                let attempt = Attempt(
                    seq: state.seq + 1, messageID: Self.messageID(), leaf: event.leaf, answer: answer)
                switch try await self.publish(event, attempt.messageID, after: state.seq, before: deadline) {
                case .stored(let seq):
                    await self.take(LoggedEvent(seq: seq, messageID: attempt.messageID, event: event), after: state.seq)
                    return answer(event.leaf)
                case .lostRace:
                    self.metrics.lostRace()
                    try await self.barrier.pass(before: deadline)
                    isFresh = true
                case .unknown:
                    self.metrics.unknownOutcome()
                    unknown.append(attempt)
                    isFresh = await self.readOn(before: deadline) || isFresh
                }
            }
        }
        guard unknown.isEmpty else {
            throw KezError(.unavailable, "It is not known whether this was done; send the same again to find out.")
        }
        throw KezError(.unavailable)
    }

    private func publish(
        _ event: RegistryEvent, _ messageID: String, after seq: UInt64, before deadline: Deadline
    ) async throws(KezError) -> Published {
        let timeout = deadline.remaining(atMost: self.jetStream.timeout)
        do {
            let acknowledgement = try await self.jetStream.publish(
                event.bytes, to: event.subject,
                expecting: .init(messageID: messageID, lastSequence: seq, stream: StreamNames.registry),
                timeout: timeout)
            // The stream stores it there or nowhere.
            return acknowledgement.seq == seq + 1 ? .stored(at: acknowledgement.seq) : .unknown
        } catch {
            switch error.kind {
            case .jetStream(let code, _) where code.isLostRace: return .lostRace
            // Whether a broker that says so has stored it all the same is its secret: reading on tells.
            case .timeout, .disconnected, .noResponders, .cancelled, .badReply: return .unknown
            case .jetStream where error.isRetriable: return .unknown
            default:
                self.logger.error("the registry's log refused an event", metadata: ["error": "\(error)"])
                throw KezError(.unavailable)
            }
        }
    }

    /// Puts our own event into the view. Where that fails the event is in the log all the same, and the follower
    /// brings it; calls wait for it at the barrier.
    private func take(_ logged: LoggedEvent, after seq: UInt64) async {
        do {
            try await self.view.apply([logged], onlyAt: seq)
            self.metrics.applied(1, position: logged.seq)
        } catch {
            self.logger.debug("the log brings an event that was just written", metadata: ["error": "\(error)"])
        }
    }

    /// Reads on after a publish without an answer.
    ///
    /// - Returns: whether the view reached the head.
    private func readOn(before deadline: Deadline) async -> Bool {
        do throws(KezError) {
            try await self.barrier.pass(before: deadline)
            return true
        } catch {
            try? await Task.sleep(for: Self.pause)
            return false
        }
    }

    /// 128 random bits.
    private static func messageID() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return Hex.encode(bytes)
    }
}
