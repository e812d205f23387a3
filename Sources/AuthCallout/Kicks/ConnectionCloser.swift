import KezCore
import KezRuntime
import Logging
import NATS
import Synchronization

/// Closes connections whose key was suspended, resumed or released since they were let in: through a second
/// connection, in `SYS`, whose key may find and close connections and nothing else.
///
/// An event only says where to look; what is closed is decided by the registry's `admit` (see `KickVerdict`). Every
/// callout does all of this for itself, so one of them is enough, and several do no harm: a connection that one of
/// them has closed is not there any more for the others.
final class ConnectionCloser: Sendable {
    private static let part = "auth-callout-kicks"
    private static let listSubject = "$SYS.REQ.SERVER.PING.CONNZ"
    /// Answers of servers that may wait to be read.
    private static let buffer = 8192
    /// Questions to the servers whose answers are waited for; the oldest are forgotten, the next look asks again.
    private static let openQuestions = 8192
    /// Looks at the same time.
    private static let concurrency = 64

    /// What is to become of the connections that the servers list.
    struct Question: Sendable {
        let standings: [FullHandle: Standing]
        let suspendedAt: ContinuousClock.Instant?
    }

    private struct State {
        var watches = KickWatches()
        var questions: [UInt64: Question] = [:]
        var nextQuestion: UInt64 = 0
        var connection: NATSConnection?
    }

    let configuration: AuthCalloutConfiguration
    let admissions: Admissions
    let counts = KickCounts()
    let logger: Logger
    private let health: HealthBoard
    private let state = Mutex(State())
    private let news: AsyncStream<KickWatches.Watch>
    private let newsSink: AsyncStream<KickWatches.Watch>.Continuation
    /// At most one waits: a survey that has not begun does for all that asked for it.
    let surveys: AsyncStream<Void>
    private let surveysSink: AsyncStream<Void>.Continuation
    private let gate = Gate(permits: ConnectionCloser.concurrency)

    init(
        configuration: AuthCalloutConfiguration, admissions: Admissions, health: HealthBoard, logger: Logger
    ) {
        self.configuration = configuration
        self.admissions = admissions
        self.health = health
        self.logger = logger
        (self.news, self.newsSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8192))
        (self.surveys, self.surveysSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: What is heard

    /// Takes note of an event of the registry, by its subject and its body.
    func heard(_ subject: RegistryLogSubject, body: [UInt8]) {
        switch subject.kind {
        case .suspend: self.watch(subject.primary, isSuspension: true)
        case .resume: self.watch(subject.primary)
        case .release:
            // The event may be of a newer form: the survey finds what it does not tell.
            let data = try? MemberReader(body: body).members(of: "data")
            let handle = try? data?.string("handle")
            guard let handle = handle.flatMap({ Handle($0) }) else { return self.survey() }
            self.watch(subject.primary, released: handle)
        case .handle, .chain, .erased: break
        }
    }

    /// Everything must be looked through: events were missed.
    func survey() {
        self.counts.surveyIsDue()
        self.surveysSink.yield()
    }

    private func watch(_ primary: Primary, released: Handle? = nil, isSuspension: Bool = false) {
        let watch = self.state.withLock { state in
            state.watches.begin(primary, released: released, isSuspension: isSuspension, now: .now)
        }
        guard let watch else { return self.survey() }
        self.newsSink.yield(watch)
    }

    func writeStats(to writer: inout JSONWriter) {
        let (watched, connection) = self.state.withLock { ($0.watches.count, $0.connection) }
        self.counts.write(to: &writer, watched: watched, isConnected: connection?.isConnected ?? false)
    }

    // MARK: Life

    /// Works until the task is cancelled. While the broker does not let the kick key in, logins go on all the same.
    func run() async {
        self.health.report(Self.part, failure: "It is not connected to the broker yet.")
        let options = self.configuration.broker.options(
            name: "kez-auth-callout-kicks", pair: self.configuration.kickPair)
        let connection: NATSConnection
        do {
            connection = try await BrokerConnection.open(options, logger: self.logger)
        } catch is CancellationError {
            return
        } catch {
            return self.logger.error("suspended keys cannot be cut off", metadata: ["error": "\(error)"])
        }
        await self.work(on: connection)
        self.health.report(Self.part, failure: "It has stopped.")
        await connection.close()
    }

    private func work(on connection: NATSConnection) async {
        let changes = connection.events()
        let prefix = connection.newInbox()
        guard let answers = try? connection.subscribe(to: "\(prefix).*", buffer: Self.buffer) else { return }
        self.state.withLock { $0.connection = connection }
        self.health.report(Self.part, failure: connection.isConnected ? nil : "The broker cannot be reached.")
        self.survey()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.follow(changes) }
            group.addTask { for await answer in answers { self.take(answer, prefix: prefix, on: connection) } }
            group.addTask { await self.runSurveys(on: connection, prefix: prefix) }
            await withDiscardingTaskGroup { watching in
                for await watch in self.news {
                    // Bounded by `KickWatches.capacity`: one that was taken over ends at its next look.
                    watching.addTask { await self.goThrough(watch, on: connection, prefix: prefix) }
                }
            }
        }
    }

    private func follow(_ changes: AsyncStream<ConnectionEvent>) async {
        for await change in changes {
            switch change {
            case .connected:
                self.health.report(Self.part, failure: nil)
                self.survey()
            case .disconnected: self.health.report(Self.part, failure: "The broker cannot be reached.")
            case .permissionViolation(let words):
                self.logger.error("the broker's permissions do not fit this service", metadata: ["error": "\(words)"])
            default: break
            }
        }
    }

    // MARK: Looking

    private func goThrough(_ watch: KickWatches.Watch, on connection: NATSConnection, prefix: String) async {
        let start = ContinuousClock.now
        var hasLooked = false
        for delay in watch.looks {
            do {
                try await Task.sleep(until: start + delay, clock: .continuous)
            } catch {
                return
            }
            guard self.state.withLock({ $0.watches.isCurrent(watch) }) else { return }
            hasLooked = await self.gate.withPermit { await self.look(at: watch, on: connection, prefix: prefix) }
        }
        self.state.withLock { $0.watches.end(watch) }
        if !hasLooked { self.survey() }
    }

    /// - Returns: false when the registry or the broker did not do its part.
    private func look(at watch: KickWatches.Watch, on connection: NATSConnection, prefix: String) async -> Bool {
        guard
            let admission = try? await self.admissions.admission(
                of: watch.primary, for: .look, until: .now + .seconds(3))
        else { return false }
        let server = self.configuration.server
        var standings: [FullHandle: Standing] = [:]
        for (handle, standing) in KickVerdict.standings(admission, released: watch.released) {
            standings[FullHandle(handle: handle, server: server)] = standing
        }
        let reply = "\(prefix).\(self.ask(Question(standings: standings, suspendedAt: watch.suspendedAt)))"
        for (handle, standing) in standings {
            for name in KickVerdict.names(
                of: handle, standing: standing, isSuspendedAnew: watch.suspendedAt != nil)
            {
                let body = JSONWriter.object { writer in
                    writer.member("auth", true)
                    writer.member("acc", AuthorizationResponse.account)
                    writer.member("user", name.text)
                    writer.member("limit", 1024)
                }
                do {
                    try connection.publish(body, to: Self.listSubject, reply: reply)
                } catch {
                    return false
                }
            }
        }
        return true
    }

    private func ask(_ question: Question) -> UInt64 {
        self.state.withLock { state in
            state.nextQuestion += 1
            state.questions[state.nextQuestion] = question
            if state.nextQuestion > Self.openQuestions {
                state.questions[state.nextQuestion - UInt64(Self.openQuestions)] = nil
            }
            return state.nextQuestion
        }
    }

    // MARK: Closing

    /// A server's list, or its word on a kick.
    private func take(_ answer: Message, prefix: String, on connection: NATSConnection) {
        let token = answer.subject.dropFirst(prefix.count + 1)
        if let reason = KickReason(rawValue: String(token)) {
            // Another callout may have been faster: "no such client".
            guard let root = try? JSONDocument(parsing: answer.payload, maximumDepth: 32).root,
                root["server"] != nil, root["error"] == nil
            else { return }
            return self.counts.closed(reason)
        }
        guard let id = UInt64(token), let question = self.state.withLock({ $0.questions[id] }),
            let listing = ConnectionListing(parsing: answer.payload)
        else { return }
        self.close(listing, by: question, on: connection, prefix: prefix)
    }

    /// Closes what `question` says of the listed connections.
    func close(_ listing: ConnectionListing, by question: Question, on connection: NATSConnection, prefix: String) {
        let suspendedFor = question.suspendedAt.map { ContinuousClock.now - $0 }
        for each in listing.connections {
            guard let standing = question.standings[each.name.handle],
                let reason = KickVerdict.reason(toClose: each, standing: standing, suspendedFor: suspendedFor)
            else { continue }
            self.logger.debug(
                "connection closed",
                metadata: ["callout.name": "\(each.name)", "callout.reason": "\(reason.rawValue)"])
            // What is lost with the connection the next look finds again.
            try? connection.publish(
                JSONWriter.object { $0.member("cid", each.id) }, to: "$SYS.REQ.SERVER.\(listing.server).KICK",
                reply: "\(prefix).\(reason.rawValue)")
        }
    }
}
