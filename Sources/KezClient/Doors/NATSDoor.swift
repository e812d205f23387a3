package import KezCore
private import KezRuntime
import NATS
private import Synchronization

/// The broker itself, as any stock NATS client with the user's nkey has it.
package final class NATSDoor: Door {
    let identity: Identity
    private let options: ClientOptions
    private let current: Mutex<NATSConnection>

    /// Connects and logs in.
    ///
    /// - Throws: `KezError` with `unauthorized` for a key without a handle, `unavailable` when the broker is away.
    package init(identity: Identity, options: ClientOptions) async throws(KezError) {
        self.identity = identity
        self.options = options
        self.current = Mutex(try await Self.connect(identity, options))
    }

    private static func connect(_ identity: Identity, _ options: ClientOptions) async throws(KezError) -> NATSConnection
    {
        let settings = BrokerSettings(servers: options.nats, certificateAuthorities: options.natsCertificateAuthorities)
        var connection = settings.options(name: "kez", pair: identity.pair)
        connection.inboxPrefix = Subjects.inboxPrefix(nkey: identity.nkey)
        connection.connectTimeout = options.timeout
        connection.pingInterval = .seconds(20)
        // Ten thousand who come back at once must not ask faster than a broker can answer (docs/PERFORMANCE.md).
        connection.reconnect = Backoff(base: .milliseconds(100), cap: .seconds(30))
        do {
            return try await NATSConnection.connect(connection)
        } catch {
            if error.kind == .authorization {
                throw KezError(.unauthorized, "The broker does not know this key: register a handle first.")
            }
            if error.kind == .hostileNonce {
                throw KezError(
                    .unauthorized, "The broker asked to sign something that is not a nonce: do not trust it.")
            }
            throw KezError(broker: error)
        }
    }

    var connection: NATSConnection { self.current.withLock { $0 } }
    private var rpc: RPCClient { RPCClient(self.connection, timeout: self.options.timeout) }
    private var me: RPCCaller { .account(self.identity.key) }

    private func registry(_ method: RPCEndpoint.Registry, _ body: [UInt8]) async throws(KezError) -> JSONValue {
        let (rpc, subject) = (self.rpc, RPCSubject(caller: self.me, endpoint: .registry(method)))
        return try await self.whilePermitted(subject.text, on: rpc.connection) { () throws(KezError) in
            try await rpc.members(subject, body).value
        }
    }

    package func ownHandle() async throws(KezError) -> Handle? { try await self.status().handle }

    package func lookup(_ handle: String) async throws(KezError) -> UserObject {
        try UserObject(json: await self.registry(.lookup, LookupRequest(handle: handle).bytes))
    }

    package func user(of primary: Primary) async throws(KezError) -> UserObject {
        try UserObject(json: await self.registry(.byPrimary, PrimaryRequest(primary).bytes))
    }

    package func sigchain(of primary: Primary, from: UInt64) async throws(KezError) -> SigchainView {
        try SigchainView(json: await self.registry(.sigchainGet, SigchainRequest(primary: primary, from: from).bytes))
    }

    package func append(_ link: [UInt8], to _: Primary) async throws(KezError) -> AppendResult {
        try AppendResult(json: await self.registry(.sigchainAppend, link))
    }

    package func send(_ envelope: [UInt8], to recipient: Primary, handle _: Handle?) async throws(KezError)
        -> SendReceipt
    {
        let subject = Subjects.send(to: recipient, from: self.identity.key)
        let (connection, timeout) = (self.connection, self.options.timeout)
        return try await self.whilePermitted(subject, on: connection) { () throws(KezError) in
            try await Self.publish(envelope, on: subject, to: recipient, connection, timeout)
        }
    }

    private static func publish(
        _ envelope: [UInt8], on subject: String, to recipient: Primary, _ connection: NATSConnection,
        _ timeout: Duration
    ) async throws(KezError) -> SendReceipt {
        do {
            let ack = try await JetStream(connection, timeout: timeout).publish(
                envelope, to: subject,
                expecting: .init(messageID: LogMessageID.of(subject: subject, envelope: envelope)))
            // Anybody may answer a request in our own account's space; only the shard's stream counts.
            guard ack.stream == StreamNames.log(recipient.shard) else {
                throw NATSError(.badReply, operation: "send")
            }
            return SendReceipt(seq: ack.seq, receivedAt: WallClock.system.now(), isDuplicate: ack.duplicate)
        } catch let error as NATSError {
            throw KezError(broker: error)
        } catch {
            throw KezError(.unavailable)
        }
    }

    private func inbox(_ method: RPCEndpoint.Inbox, _ body: [UInt8]) async throws(KezError) -> JSONValue {
        try await self.rpc.members(.inbox(method, of: self.identity.key), body).value
    }

    package func list(_ request: InboxListRequest, handle _: Handle?) async throws(KezError) -> InboxPage {
        try InboxPage(json: await self.inbox(.list, request.bytes))
    }

    package func head() async throws(KezError) -> InboxHead {
        try InboxHead(json: await self.inbox(.head, JSONWriter.object { _ in }))
    }

    package func delete(_ request: InboxDeleteRequest) async throws(KezError) -> InboxDeletion {
        try InboxDeletion(json: await self.inbox(.delete, request.bytes))
    }

    package func settings(_ change: InboxSettings.Change) async throws(KezError) -> InboxSettings {
        try InboxSettings(json: await self.inbox(.settings, change.bytes))
    }

    package func stats() async throws(KezError) -> InboxStats {
        try InboxStats(json: await self.inbox(.stats, JSONWriter.object { _ in }))
    }

    package func status() async throws(KezError) -> AccountStatus {
        let subject = RPCSubject(caller: self.me, endpoint: .account(.status))
        return try AccountStatus(json: try await self.rpc.members(subject).value)
    }

    package func close() async { await self.connection.close() }
}

extension NATSDoor {
    /// User tokens live 24 h ± 20 %: after four fifths of the shortest life a new connection takes over.
    static let renewal: Duration = .seconds(24 * 3600 * 0.8 * 0.8)
    /// Between two questions whether something was missed, with a tenth of jitter.
    private static let headCheck: Duration = .seconds(300)

    package func live(
        _: Handle?, since: @escaping @Sendable () -> UInt64, _ tell: @escaping @Sendable (LiveEvent) -> Void
    ) async throws(KezError) {
        while !Task.isCancelled {
            let connection = self.connection
            let subscription: Subscription
            do {
                subscription = try connection.subscribe(to: "kez.inbox.\(self.identity.key.hex).>")
                // The answer to a request sent behind the SUB proves that it is in force.
                try await connection.flush(timeout: self.options.timeout)
            } catch {
                throw KezError(broker: error)
            }
            // Blocks filter lists; a live copy comes from the broker, which knows of none.
            let blocked = Set((try? await self.settings(.init()))?.blocked ?? [])
            tell(.ready)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.copies(subscription, except: blocked, tell) }
                group.addTask { await Self.watch(connection, tell) }
                group.addTask { await self.checkHead(since, tell) }
                group.addTask { await self.renew(connection) }
                // Whichever ends first, the renewal or the connection, ends the rest.
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func copies(
        _ subscription: Subscription, except blocked: Set<Primary>, _ tell: @Sendable (LiveEvent) -> Void
    ) async {
        for await message in subscription {
            guard let subject = InboxSubject(message.subject), subject.to == self.identity.key,
                subject.from.map({ !blocked.contains($0) }) ?? true,
                message.headers["Nats-Stream"] == StreamNames.log(self.identity.key.shard),
                let seq = message.headers["Nats-Sequence"].flatMap({ UInt64($0) }),
                case .listed = InboxEntry(to: subject.to, from: subject.from, bytes: message.payload)
            else { continue }
            let time = message.headers["Nats-Time-Stamp"].flatMap { Timestamp($0) } ?? WallClock.system.now()
            tell(
                .copy(
                    InboxMessage(seq: seq, from: subject.from, envelope: message.payload, receivedAt: time),
                    previous: message.headers["Nats-Last-Sequence"].flatMap { UInt64($0) } ?? 0))
        }
    }

    private static func watch(_ connection: NATSConnection, _ tell: @Sendable (LiveEvent) -> Void) async {
        for await event in connection.events() {
            switch event {
            case .connected, .slowConsumer: tell(.mayHaveMissed)
            case .closed: return
            default: break
            }
        }
    }

    private func checkHead(_ since: @Sendable () -> UInt64, _ tell: @Sendable (LiveEvent) -> Void) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.headCheck * Double.random(in: 0.9...1.1))
            guard !Task.isCancelled else { return }
            guard let head = try? await self.head() else { continue }
            if head.lastSeq > since() { tell(.mayHaveMissed) }
        }
    }

    /// Makes the new connection before the old one goes; returns when it has taken over.
    private func renew(_ old: NATSConnection) async {
        try? await Task.sleep(for: self.options.renewal * Double.random(in: 0.95...1))
        while !Task.isCancelled {
            if let fresh = try? await Self.connect(self.identity, self.options) {
                self.current.withLock { $0 = fresh }
                // The live loop subscribes on the new one and lists before this one's tail is cut.
                await old.drain()
                return
            }
            try? await Task.sleep(for: .seconds(30))
        }
    }
}
