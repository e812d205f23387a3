import KezCore
import KezRuntime
import Logging
import NATS
import ServiceLifecycle
import Synchronization

/// Asks the registry who may come in, remembering what it said until an event makes it doubtful.
///
/// Events come over the same connection as the requests, so a request never overtakes an event that was sent
/// before it. What gets lost between brokers, the cache's maximum age heals.
final class Admissions: Sendable {
    private struct State {
        var cache = AdmissionCache()
        var hits = 0
        var misses = 0
        var isRegistryAway = false
        /// Who waits for the answer to the same question, by the key that is asked about.
        var waiting: [Primary: [CheckedContinuation<Admission?, Never>]] = [:]
    }

    private static let subject = RPCSubject(caller: .service(.callout), endpoint: .registry(.admit))
    private static let lookup = RPCSubject(caller: .service(.callout), endpoint: .registry(.lookup))
    /// Between two questions while the registry does not answer; jittered, for many may be asking.
    private static let pause = Backoff(base: .milliseconds(100), cap: .seconds(2))

    private static let reconnectSettling: Duration = .seconds(2)
    /// Questions on behalf of logins that are on their way at the same time. The registry answers in the order of
    /// arrival: what waits had better wait here, where the newest goes first.
    private static let questions = 64

    private let connection: NATSConnection
    private let requestTimeout: Duration
    private let logger: Logger
    private let state = Mutex(State())
    private let gate = Gate(permits: Admissions.questions)

    /// What an admission is asked for.
    enum Purpose {
        /// To let somebody in: an answer of a moment ago does, and the newest goes first.
        case login
        /// To find out who must go: nothing doubtful does, and nobody goes first.
        case look
    }

    init(_ connection: NATSConnection, requestTimeout: Duration, logger: Logger) {
        self.connection = connection
        self.requestTimeout = requestTimeout
        self.logger = logger
    }

    var cached: Int { self.state.withLock { $0.cache.count } }

    /// Questions answered from the cache, and by the registry, so far.
    var counts: (hits: Int, misses: Int) { self.state.withLock { ($0.hits, $0.misses) } }

    /// What the registry says of `account`, now or a short while ago. While it does not answer it is asked again.
    ///
    /// - Throws: what it answered last, when it gave no good answer before `deadline`.
    ///   `unavailable` when there was no time left to ask it.
    func admission(
        of account: Primary, for purpose: Purpose, until deadline: ContinuousClock.Instant
    ) async throws(KezError) -> Admission {
        if let known = self.known(account, for: purpose) { return known }
        self.state.withLock { $0.misses += 1 }
        var attempt = 0
        while true {
            do throws(KezError) {
                switch purpose {
                case .look: return try await self.learn(account, until: deadline)
                case .login:
                    return try await self.gate.withPermit { () throws(KezError) in
                        // Another may have learnt it while we waited; or we may have waited too long.
                        if let known = self.known(account, for: .login) { return known }
                        guard .now < deadline else { throw KezError(.unavailable) }
                        return try await self.learn(account, until: deadline)
                    }
                }
            } catch {
                let pause = Self.delay(attempt)
                guard error.isRetriable, .now + pause < deadline, !Task.isCancelled, !Task.isShuttingDownGracefully
                else { throw error }
                // Cancelled: the next question fails at once.
                try? await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }

    private func known(_ account: Primary, for purpose: Purpose) -> Admission? {
        self.state.withLock { state in
            let known = state.cache.admission(of: account, isSettled: purpose == .look, now: .now)
            if known != nil { state.hits += 1 }
            return known
        }
    }

    private func learn(_ account: Primary, until deadline: ContinuousClock.Instant) async throws(KezError) -> Admission
    {
        // What another has asked does for us, except "no handle": it may have been given since.
        if let shared = await self.joined(account) { return shared }
        do throws(KezError) {
            let admission = try await self.ask(about: account, until: deadline)
            self.noteRegistry(failure: nil)
            return admission
        } catch {
            self.noteRegistry(failure: error)
            throw error
        }
    }

    /// Waits for the question about `account` that is on its way, at most as long as one question may take.
    ///
    /// - Returns: nil when there is none, or its answer does not do for others.
    private func joined(_ account: Primary) async -> Admission? {
        guard self.state.withLock({ $0.waiting[account] != nil }) else { return nil }
        return await withCheckedContinuation { continuation in
            let isWaiting = self.state.withLock { state in
                state.waiting[account]?.append(continuation) != nil
            }
            if !isWaiting { continuation.resume(returning: nil) }
        }
    }

    private func ask(about account: Primary, until deadline: ContinuousClock.Instant) async throws(KezError)
        -> Admission
    {
        let isFirst = self.state.withLock { state in
            state.cache.asking(account)
            guard state.waiting[account] == nil else { return false }
            state.waiting[account] = []
            return true
        }
        var admission: Admission?
        defer {
            let (others, isGood) = self.state.withLock { state in
                let isGood = state.cache.answered(admission, for: account, now: .now)
                return (isFirst ? state.waiting.removeValue(forKey: account) ?? [] : [], isGood)
            }
            for other in others { other.resume(returning: isGood ? admission : nil) }
        }
        let timeout = max(.milliseconds(1), min(self.requestTimeout, deadline - .now))
        let body = JSONWriter.object { $0.member("primary", account) }
        let answer = try await RPCClient(self.connection, timeout: timeout).members(Self.subject, body)
        let result = try Admission(json: answer.value)
        admission = result
        return result
    }

    /// Who has `handle` now; nil when nobody has.
    func holder(of handle: Handle) async throws(KezError) -> Primary? {
        let body = LookupRequest(handle: handle.text).bytes
        do throws(KezError) {
            let answer = try await RPCClient(self.connection, timeout: self.requestTimeout).members(Self.lookup, body)
            return try answer.primary("primary")
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private static func delay(_ attempt: Int) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return self.pause.delay(attempt: attempt, using: &generator)
    }

    /// Says once that the registry is away, and once that it is back.
    private func noteRegistry(failure: KezError?) {
        let changed = self.state.withLock { state in
            defer { state.isRegistryAway = failure != nil }
            return state.isRegistryAway != (failure != nil)
        }
        guard changed else { return }
        if let failure {
            self.logger.warning(
                "the registry does not answer; logins wait for it", metadata: ["error.code": "\(failure.code)"])
        } else {
            self.logger.notice("the registry answers again")
        }
    }

    // MARK: Invalidation

    /// Forgets what `events` and the connection's own ups and downs make doubtful, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - events: the registry's events; a core subscription also shows some that the stream then refused, which
    ///     does no harm here: they only make us ask.
    ///   - changes: what happens to the connection.
    ///   - closer: is told of the same, after it was forgotten here.
    func invalidate(
        by events: Subscription, and changes: AsyncStream<ConnectionEvent>, telling closer: ConnectionCloser
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var lost = 0
                for await event in events {
                    if events.lost != lost {
                        lost = events.lost
                        self.clear(closer)
                    }
                    guard let subject = RegistryLogSubject(event.subject) else {
                        // An event of a newer registry: whom it concerns is unknown.
                        self.clear(closer)
                        continue
                    }
                    self.state.withLock { $0.cache.invalidate(subject.primary, now: .now) }
                    closer.heard(subject, body: event.payload)
                }
            }
            group.addTask {
                for await change in changes {
                    switch change {
                    case .connected(isReconnect: true), .disconnected:
                        // Answers from now on are good once the subscription is in force everywhere: and all
                        // others who were connected want to come in at this moment.
                        self.clear(closer, settling: Self.reconnectSettling)
                    default: break
                    }
                }
            }
        }
    }

    private func clear(_ closer: ConnectionCloser, settling: Duration? = nil) {
        self.state.withLock { $0.cache.clear(now: .now, settling: settling) }
        closer.survey()
    }
}
