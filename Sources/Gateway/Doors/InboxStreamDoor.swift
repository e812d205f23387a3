import HTTPTypes
import HummingbirdCore
import KezCore
import KezRuntime
import NATS
import NIOCore
import ServiceLifecycle

/// `GET /v1/inbox/:handle/stream`: the inbox as it is, then as it grows.
///
/// Live copies only wake the stream; what it shows are pages of the list, so both show the same messages in the
/// same order. The subscription is made before the first page is asked for: nothing falls between.
///
/// Source: protocol, section 4; design, correctness rule 4.
struct InboxStreamDoor: Sendable {
    private static let page: Int64 = 500
    /// Between tries when the worker does not answer in the middle of a stream.
    private static let retryPause: Duration = .seconds(1)

    let configuration: GatewayConfiguration
    let link: BrokerLink
    let guardian: AccountGuardian
    private let streams: ConcurrencyCount<Primary>

    init(configuration: GatewayConfiguration, link: BrokerLink, guardian: AccountGuardian, tally: GatewayTally) {
        self.configuration = configuration
        self.link = link
        self.guardian = guardian
        self.streams = ConcurrencyCount(
            perOwner: configuration.tuning.streamsPerKey, total: configuration.tuning.streams, what: "event streams",
            onChange: tally.streams)
    }

    func open(_ name: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        let since = request.target.raw("since")
        let owner = try await self.guardian.owner(
            name, request,
            signing: .other(
                method: request.method, path: request.target.path, .since(since ?? "0"),
                server: self.configuration.server))
        // A client that comes back says where it was; the query is from its first try.
        let cursor = try InboxListRequest(since: request.headers[.lastEventID] ?? since, limit: nil).since
        let subscription = try self.subscribe(to: owner)
        // The first page before the head: what is refused here is still an answer with a status.
        let first = try await self.link.call(
            .inbox(.list, of: owner), Self.request(after: cursor), by: request.deadline)
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"]
        headers[.connection] = "close"
        var reply = Reply(status: 200, headers: headers)
        guard request.method == "GET" else { return reply }
        let place = try self.streams.enter(owner)
        reply.body = .stream { writer, body in
            defer { withExtendedLifetime(place) {} }
            let bell = Bell()
            try await body.consumeWithInboundCloseHandler { _ in
                try await self.run(owner, from: cursor, first: first, subscription, bell, &writer)
            } onInboundClosed: {
                bell.ring(.end)
            }
        }
        return reply
    }

    private func subscribe(to owner: Primary) throws(KezError) -> Subscription {
        do {
            // Few are held: one is enough to know that something came.
            return try self.link.connected().subscribe(to: SubjectPatterns.liveCopies(to: owner), buffer: 4)
        } catch let error as NATSError {
            throw KezError(broker: error)
        } catch let error as KezError {
            throw error
        } catch {
            throw KezError(.unavailable)
        }
    }

    private static func request(after cursor: UInt64) -> [UInt8] {
        InboxListRequest(since: cursor, limit: self.page).bytes
    }

    /// Writes until the stream's end: its time is over, the caller has gone, or the gateway stops.
    private func run(
        _ owner: Primary, from start: UInt64, first: [UInt8], _ subscription: Subscription, _ bell: Bell,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        let observer = self.link.observe { bell.ring(.list) }
        defer { self.link.stopObserving(observer) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            self.addRingers(to: &group, subscription, bell)
            defer { group.cancelAll() }
            var cursor = start
            try await writer.write(ByteBuffer(bytes: ServerSentEvent.comment))
            var page: [UInt8]? = first
            var isRetrying = false
            while true {
                if let body = page {
                    let events = try ServerSentEvent.messages(of: body, after: cursor)
                    if !events.text.isEmpty { try await writer.write(ByteBuffer(bytes: events.text)) }
                    cursor = events.cursor
                    page = nil
                    if events.hasMore { bell.ring(.list) }
                }
                let work = await bell.next()
                if work.contains(.end) { return }
                if work.contains(.comment) { try await writer.write(ByteBuffer(bytes: ServerSentEvent.comment)) }
                guard work.contains(.list) else { continue }
                do throws(KezError) {
                    page = try await self.link.call(
                        .inbox(.list, of: owner), Self.request(after: cursor),
                        by: Deadline(after: self.configuration.tuning.answerTimeout))
                    isRetrying = false
                } catch {
                    guard error.isRetriable else { return }
                    if isRetrying { try await Task.sleep(for: Self.retryPause) }
                    isRetrying = true
                    bell.ring(.list)
                }
            }
        }
    }

    private func addRingers(
        to group: inout ThrowingTaskGroup<Void, any Error>, _ subscription: Subscription, _ bell: Bell
    ) {
        let tuning = self.configuration.tuning
        group.addTask {
            for await _ in subscription { bell.ring(.list) }
            bell.ring(.end)
        }
        group.addTask {
            while true {
                try await Task.sleep(for: tuning.streamComment)
                bell.ring(.comment)
            }
        }
        group.addTask {
            try await Task.sleep(for: tuning.streamLifetime)
            bell.ring(.end)
        }
        group.addTask {
            try? await gracefulShutdown()
            bell.ring(.end)
        }
    }
}
