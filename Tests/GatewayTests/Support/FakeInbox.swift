import KezCore
import KezRuntime
import KezTesting
import NATS

/// The inbox worker, as far as the gateway sees it: pages made of the real log, with the worker's own key.
final class FakeInbox: Sendable {
    struct State: Sendable {
        var settings: [Primary: InboxSettings] = [:]
        /// Instead of what the log says: messages, bytes, over quota, anonymous.
        var stats: [Primary: (messages: Int, bytes: Int, isOver: Bool, anonymous: Int)] = [:]
        var blocked: Set<Primary> = []
        var calls: [String: Int] = [:]
        /// Answered to every list while set.
        var listFailure: KezError?
        var pageSize = 500
    }

    let state = LockedBox(State())
    let connection: NATSConnection
    private let jetStream: JetStream

    init(_ deployment: TestDeployment) async throws {
        self.connection = try await deployment.connect(.worker)
        self.jetStream = JetStream(self.connection)
    }

    func count(_ method: RPCEndpoint.Inbox) -> Int { self.state.value.calls[method.rawValue] ?? 0 }

    func run() async throws {
        let service = NATSService(
            .init(name: "kez-inbox-worker", version: "1.0.0", text: "fake"), on: self.connection)
        var endpoints: [ActiveEndpoint] = []
        for shard in Shard.all {
            for method in [RPCEndpoint.Inbox.list, .head, .stats, .settings] {
                let handler = RPCHandler(.inbox(shard, method)) { request throws(KezError) in
                    try await self.answer(method, request)
                }
                endpoints.append(try service.add(handler.endpoint()))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.runDiscovery() }
            for endpoint in endpoints { group.addTask { await endpoint.run() } }
            try await group.waitForAll()
        }
    }

    private func answer(_ method: RPCEndpoint.Inbox, _ request: RPCRequest) async throws(KezError) -> [UInt8] {
        let owner = try request.account()
        let failure = self.state.update { state in
            state.calls[method.rawValue, default: 0] += 1
            return method == .list ? state.listFailure : nil
        }
        if let failure { throw failure }
        switch method {
        case .settings: return (self.state.value.settings[owner] ?? InboxSettings()).bytes
        case .stats: return try await self.stats(of: owner)
        case .head: return InboxHead(lastSeq: 0, epoch: "0123456789abcdef").bytes
        default:
            let asked = try InboxListRequest(json: try request.members().value)
            return try await self.page(of: owner, asked).bytes
        }
    }

    private func stats(of owner: Primary) async throws(KezError) -> [UInt8] {
        let messages = try await self.messages(of: owner)
        let known =
            self.state.value.stats[owner]
            ?? (
                messages.count, messages.reduce(0) { $0 + $1.envelope.count }, false,
                messages.count { $0.from == nil }
            )
        return JSONWriter.object { writer in
            writer.member("messages", known.messages)
            writer.member("bytes", known.bytes)
            writer.member("last_seq", messages.last?.seq ?? 0)
            writer.member("over_quota", known.isOver)
            writer.member("anonymous", known.anonymous)
        }
    }

    private func page(of owner: Primary, _ asked: InboxListRequest) async throws(KezError) -> InboxPage {
        let state = self.state.value
        let all = try await self.messages(of: owner).filter { message in
            message.seq > asked.since && !(message.from.map { state.blocked.contains($0) } ?? false)
        }
        let shown = Array(all.prefix(min(asked.limit, state.pageSize)))
        return InboxPage(
            messages: shown, since: asked.since, hasMore: shown.count < all.count, oldest: 1, epoch: "0123456789abcdef")
    }

    /// Everything the log holds for `owner`.
    func messages(of owner: Primary) async throws(KezError) -> [InboxMessage] {
        let stream = StreamNames.log(owner.shard)
        do {
            let last = try await self.jetStream.streamInfo(stream).state.lastSeq
            var messages: [InboxMessage] = []
            for seq in stride(from: UInt64(1), through: last, by: 1) {
                let stored = try await self.jetStream.message(seq, of: stream)
                guard case .send(let to, let from) = LogSubject(stored.subject), to == owner else { continue }
                messages.append(
                    InboxMessage(
                        seq: seq, from: from, envelope: stored.payload,
                        receivedAt: Timestamp(unixNanoseconds: stored.time)))
            }
            return messages
        } catch {
            throw KezError(.unavailable)
        }
    }
}
