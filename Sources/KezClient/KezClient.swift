package import KezCore
private import KezRuntime
private import NATS
private import Synchronization

/// A user's connection to a server: resolve, send, receive.
public final class KezClient: Sendable {
    package let identity: Identity
    package let options: ClientOptions
    package let door: any Door
    private let http: HTTPDoor
    let trust: any TrustStore
    let handle: Handle?
    /// The server's limit, once it was asked for.
    private let envelopeBytes = Mutex<Int?>(nil)

    private init(
        identity: Identity, options: ClientOptions, door: any Door, http: HTTPDoor, handle: Handle?,
        trust: any TrustStore
    ) {
        self.identity = identity
        self.options = options
        self.door = door
        self.http = http
        self.handle = handle
        self.trust = trust
    }

    /// Registers `handle` for `identity`, an HTTP call by either door.
    ///
    /// Repeating it is safe: a claim that was accepted before, and whose answer was lost, is told as success.
    /// - Throws: `ClientError`, for example `handle_taken`.
    public static func register(
        _ handle: String, identity: Identity, invite: String? = nil, options: ClientOptions
    ) async throws(ClientError) -> User {
        do throws(KezError) {
            let http = try HTTPDoor(identity: identity, options: options)
            let envelope = try self.registration(handle, identity: identity, invite: invite, options: options)
            return User(try await http.register(envelope))
        } catch {
            throw ClientError(error)
        }
    }

    /// The signed envelope that registers `handle`, for those who bring it to the server themselves.
    package static func registration(
        _ text: String, identity: Identity, invite: String? = nil, options: ClientOptions
    ) throws(KezError) -> [UInt8] {
        let (handle, server) = try self.names(text, options)
        return try HandleRegistration.sign(
            handle, server: server, createdAt: WallClock.system.now(), invite: invite, by: identity.signer)
    }

    /// Gives `handle` up. It stays closed to other keys for 90 days.
    public static func release(
        _ text: String, identity: Identity, options: ClientOptions
    ) async throws(ClientError) {
        do throws(KezError) {
            let (handle, server) = try self.names(text, options)
            let envelope = try HandleRelease.sign(
                handle, server: server, createdAt: WallClock.system.now(), by: identity.signer)
            try await HTTPDoor(identity: identity, options: options).release(envelope)
        } catch {
            throw ClientError(error)
        }
    }

    private static func names(_ text: String, _ options: ClientOptions) throws(KezError) -> (Handle, ServerName) {
        guard let handle = Handle(text) else { throw KezError(.badHandle) }
        guard let server = ServerName(options.server) else {
            throw KezError(.badRequest, "`\(options.server)` is not the name of a server.")
        }
        return (handle, server)
    }

    /// Connects a registered identity.
    ///
    /// - Throws: `ClientError`: `unauthorized` for a key without a handle, `unavailable` when the server is away.
    public static func connect(identity: Identity, options: ClientOptions) async throws(ClientError) -> KezClient {
        try await self.connect(identity: identity, options: options, trust: TrustMemory())
    }

    /// - Parameter trust: where contacts are remembered.
    package static func connect(
        identity: Identity, options: ClientOptions, trust: any TrustStore
    ) async throws(ClientError) -> KezClient {
        do throws(KezError) {
            let http = try HTTPDoor(identity: identity, options: options)
            let door: any Door
            switch options.door {
            case .http: door = http
            case .nats: door = try await NATSDoor(identity: identity, options: options)
            }
            let handle = try await self.ownHandle(door)
            return KezClient(
                identity: identity, options: options, door: door, http: http, handle: handle, trust: trust)
        } catch {
            throw ClientError(error)
        }
    }

    private static func ownHandle(_ door: any Door) async throws(KezError) -> Handle? {
        do throws(KezError) {
            return try await door.ownHandle()
        } catch {
            await door.close()
            throw error
        }
    }

    /// One's own handle; nil for a key that has none.
    public var ownHandle: String? { self.handle?.text }

    // MARK: Others

    /// Who is behind `reference`: a handle, `handle@server`, or a primary.
    public func lookup(_ reference: String) async throws(ClientError) -> User {
        do throws(KezError) {
            return User(try await self.patiently { () throws(KezError) in try await self.resolve(reference) })
        } catch {
            throw ClientError(error)
        }
    }

    package func resolve(_ text: String) async throws(KezError) -> UserObject {
        guard let reference = RecipientReference(text) else {
            throw KezError(.badHandle, "`\(text)` is neither a handle nor a primary.")
        }
        if case .primary(let primary) = reference { return try await self.door.user(of: primary) }
        return try await self.door.lookup(text)
    }

    // MARK: Messages

    /// Sends a text, sealed so that only `recipient` can read it; returns once it is durable.
    ///
    /// - Parameter acceptingNewKey: go on although the handle now names another key than before.
    /// - Throws: `ClientError`: `not_found`, `key_changed` when the server names another key or a shorter chain
    ///   than it did before, `inbox_full`, `unavailable` after the retry budget.
    public func send(
        _ text: String, to recipient: String, acceptingNewKey: Bool = false
    ) async throws(ClientError) -> Receipt {
        do throws(KezError) {
            return try await self.send(text, to: self.trusted(recipient, acceptingNewKey: acceptingNewKey))
        } catch {
            throw ClientError(error)
        }
    }

    /// Bytes of text that every server takes.
    private static let surelyFits = 16 * 1024

    /// Sends to somebody who was looked up before: needs nothing but the door.
    package func send(_ text: String, to user: UserObject) async throws(KezError) -> Receipt {
        let id = MessageID.random()
        let receipt = try await self.post(
            Content(.text(text, replyTo: nil)), to: user.primary, handle: user.handle, id: id)
        return Receipt(seq: receipt.seq, id: id.hex, isDuplicate: receipt.isDuplicate)
    }

    /// The envelope of one message.
    ///
    /// - Throws: `KezError` with `too_large` when it fits no envelope of this server.
    func seal(
        _ content: Content, to recipient: Primary, id: MessageID, createdAt: Timestamp
    ) async throws(KezError) -> [UInt8] {
        var maximum = MessageEnvelope.maximumPlaintext(envelopeBytes: Limits().envelopeBytes)
        var plaintext = content.plaintext(maximum: maximum)
        if plaintext.count > Self.surelyFits, case .text = content.body {
            // Only what is long needs to know the server's own limit; files have their lengths from the protocol.
            maximum = await self.maximumPlaintext()
            plaintext = content.plaintext(maximum: maximum)
        }
        guard plaintext.count <= maximum else {
            throw KezError(.tooLarge, "This is too long: at most \(maximum) bytes can be sent in one message.")
        }
        return try MessageEnvelope.seal(
            plaintext, to: recipient, id: id, createdAt: createdAt, by: self.identity.signer)
    }

    /// Seals and sends; tries until the budget is spent: the same bytes are stored once, however often they come.
    func post(
        _ content: Content, to recipient: Primary, handle: Handle? = nil, id: MessageID = .random(),
        createdAt: Timestamp = WallClock.system.now()
    ) async throws(KezError) -> SendReceipt {
        let envelope = try await self.seal(content, to: recipient, id: id, createdAt: createdAt)
        return try await self.patiently { () throws(KezError) in
            try await self.door.send(envelope, to: recipient, handle: handle)
        }
    }

    /// Whoever `reference` means, looked up and checked against what is known of them.
    package func trusted(_ reference: String, acceptingNewKey: Bool = false) async throws(KezError) -> UserObject {
        let user = try await self.patiently { () throws(KezError) in try await self.resolve(reference) }
        try await self.check(user, acceptingNewKey: acceptingNewKey)
        return user
    }

    /// Does `body` again while the server is away, until the budget is spent. For what may be repeated.
    func patiently<Value: Sendable>(
        _ body: () async throws(KezError) -> Value
    ) async throws(KezError) -> Value {
        let end = ContinuousClock.now.advanced(by: self.options.retryBudget)
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch {
                let delay = Backoff(base: .milliseconds(150), cap: .milliseconds(2400)).delay(attempt: attempt)
                guard error.isRetriable, !Task.isCancelled, ContinuousClock.now.advanced(by: delay) < end else {
                    throw error
                }
                attempt += 1
                try? await Task.sleep(for: delay)
            }
        }
    }

    /// A handle that names another key, a chain that does not verify, shrank or forked, or one that asks for what
    /// this version does not know, stops the send. Source: protocol, section 7.
    private func check(_ user: UserObject, acceptingNewKey: Bool) async throws(KezError) {
        let known = try self.contact(user.fqhn)
        if let known, known.primary != user.primary.text, !acceptingNewKey {
            throw KezError(
                .keyChanged,
                "\(user.fqhn) now has another key than before. Ask them by another way, then accept the new key.")
        }
        if known == Contact(user) { return }
        let (_, chain) = try await self.verifiedChain(of: user.primary)
        if let known, known.primary == user.primary.text, chain.continuity(from: known.mark).isAlarm {
            throw KezError(
                .keyChanged,
                "The sigchain of \(user.fqhn) is shorter or other than before: the server may be lying.")
        }
        guard !chain.hasUnknownCritical, chain.minimumMessage ?? 1 <= SignedEnvelope.version else {
            throw KezError(
                .unsupported, "\(user.fqhn) asks for what this version does not know: a newer one is needed.")
        }
        try self.remember(Contact(primary: user.primary, mark: chain.mark), for: user.fqhn)
    }

    private func contact(_ name: String) throws(KezError) -> Contact? {
        do {
            return try self.trust.contact(name)
        } catch {
            throw KezError(.internalError, "What is known of contacts cannot be read.")
        }
    }

    private func remember(_ contact: Contact, for name: String) throws(KezError) {
        do {
            try self.trust.save(contact, for: name)
        } catch {
            throw KezError(.internalError, "What is known of contacts cannot be written.")
        }
    }

    /// The longest plaintext that this server takes; the protocol's default where it cannot be asked.
    private func maximumPlaintext() async -> Int {
        if let known = self.envelopeBytes.withLock({ $0 }) {
            return MessageEnvelope.maximumPlaintext(envelopeBytes: known)
        }
        let told = (try? await self.http.config().limit("envelope_bytes")) ?? Limits().envelopeBytes
        self.envelopeBytes.withLock { $0 = told }
        return MessageEnvelope.maximumPlaintext(envelopeBytes: told)
    }

    /// A part of one's inbox, opened.
    ///
    /// - Parameters:
    ///   - since: messages strictly after this position.
    ///   - limit: 1 to 500.
    /// - Returns: the messages, and whether there are more.
    /// - Throws: `ClientError`: `unavailable` after the retry budget.
    public func inbox(since: UInt64 = 0, limit: Int = 100) async throws(ClientError) -> (
        messages: [ReceivedMessage], hasMore: Bool
    ) {
        do throws(KezError) {
            let request = InboxListRequest(since: since, limit: Int64(limit))
            let page = try await self.patiently { () throws(KezError) in
                try await self.door.list(request, handle: self.handle)
            }
            return (page.messages.map { ReceivedMessage($0, for: self.identity) }, page.hasMore)
        } catch {
            throw ClientError(error)
        }
    }

    /// Everything after `start`, then live, until the task is cancelled.
    package func listen(
        from start: InboxMerge, show: (ReceivedMessage, InboxMerge) async throws -> Void
    ) async throws {
        try await LiveInbox(door: self.door, owner: self.handle).run(from: start) { message, state in
            try await show(ReceivedMessage(message, for: self.identity), state)
        }
    }

    /// Everything after `since`, then live. Ends when the task is cancelled; throws `ClientError` when the server
    /// refuses us for good.
    public func messages(
        since: UInt64 = 0, _ body: (ReceivedMessage) async throws -> Void
    ) async throws {
        try await self.listen(from: InboxMerge(cursor: since)) { message, _ in try await body(message) }
    }

    public func close() async { await self.door.close() }
}

extension KezClient {
    /// The whole chain of `primary`, every link verified.
    ///
    /// - Throws: `KezError`, also when a link does not verify: then the server is lying.
    package func verifiedChain(of primary: Primary) async throws(KezError) -> (links: [[UInt8]], chain: Sigchain) {
        var links: [[UInt8]] = []
        var chain = Sigchain(primary: primary)
        while true {
            let next = UInt64(chain.length + 1)
            let view = try await self.patiently { () throws(KezError) in
                try await self.door.sigchain(of: primary, from: next)
            }
            links += view.links
            chain = try chain.extended(by: view.links)
            if chain.length >= view.length || view.links.isEmpty { return (links, chain) }
        }
    }
}

extension ErrorCode {
    /// A client's own refusals: another key behind a handle, a chain that is not what it was.
    static let keyChanged = ErrorCode(rawValue: "key_changed")
    static let unsupported = ErrorCode(rawValue: "unsupported")
}
