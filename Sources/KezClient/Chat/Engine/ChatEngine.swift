import KezCore
private import KezRuntime
import Synchronization

/// One's conversations as they go on: receives, keeps in order, answers with receipts, sends. Reads the server's store
/// and keeps nothing on the disk.
///
/// `run` does the work and `events` tells of it:
/// ```swift
/// let engine = client.chat()
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { try await engine.run() }
///     for await event in engine.events { … }
/// }
/// ```
public final class ChatEngine: Sendable {
    let client: KezClient
    let options: ChatOptions
    /// Only conversations with this person.
    let only: Primary?
    let relay = EventRelay()
    let state: Mutex<ChatState>
    let messages = JobQueue<ChatJob>(limit: ChatBounds.outbox)
    let uploads = JobQueue<ChatJob>(limit: ChatBounds.uploads)
    /// One timer of a kind at a time: `ChatState.timers` bounds them.
    let timers = JobQueue<ChatTimer>(limit: .max)
    let listening = JobQueue<Primary>(limit: ChatBounds.signals)

    init(_ client: KezClient, options: ChatOptions, only: Primary?) {
        self.client = client
        self.options = options
        self.only = only
        let known = (try? client.trust.all())?.values.compactMap { Primary(text: $0.primary) } ?? []
        self.state = Mutex(
            ChatState(
                book: ChatBook(me: client.identity.key, contacts: Set(known), settings: options.settings, only: only)))
    }

    /// What happens, for one reader. Receiving waits while the reader is far behind.
    public var events: ChatEvents { ChatEvents(relay: self.relay) }

    /// Receives and sends until the task is cancelled or the server refuses us for good; called once.
    ///
    /// - Throws: `ClientError`; nothing when the task was cancelled.
    public func run() async throws {
        defer {
            self.state.withLock { $0.hasEnded = true }
            self.relay.end()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.receive() }
                group.addTask { for await job in self.messages.jobs { await self.perform(job) } }
                group.addTask { for await job in self.uploads.jobs { await self.perform(job) } }
                group.addTask { await self.runTimers() }
                group.addTask { await self.hearSignals() }
                // Only receiving can fail, and nothing else ends by itself.
                try await group.next()
            }
        } catch {
            guard !Task.isCancelled else { return }
            throw (error as? KezError).map(ClientError.init) ?? error
        }
    }

    /// Waits until everything that was posted is sent or has failed, receipts that are due included.
    ///
    /// - Returns: whether that was within `time`.
    public func drain(within time: Duration) async -> Bool {
        let deadline = Deadline(after: time)
        let soon = ContinuousClock.now + ChatBounds.deliveryPause
        while self.state.withLock({ $0.pending > 0 || $0.owesReceipts(by: soon) }) {
            guard !deadline.hasPassed, !Task.isCancelled, !self.state.withLock({ $0.hasEnded }) else { return false }
            // Only at the end of a program: nothing is worth a signal of its own.
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Returns when less than half of the outbox is taken: for who posts faster than the server stores.
    public func waitForRoom() async {
        while self.state.withLock({ $0.pending > ChatBounds.outbox / 2 && !$0.hasEnded }), !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: People

    /// Looks somebody up, checks their key and chain against what is known, and accepts them.
    ///
    /// - Parameter recipient: a handle, `handle@server`, or a primary.
    /// - Throws: `ClientError`, for example `not_found` or `key_changed`.
    public func open(_ recipient: String, acceptingNewKey: Bool = false) async throws(ClientError) -> ChatPeer {
        do throws(KezError) {
            let user = try await self.client.trusted(recipient, acceptingNewKey: acceptingNewKey)
            let peer = ChatPeer(primary: user.primary, handleName: user.handle, fqhn: user.fqhn)
            self.state.withLock { state in
                state.book.accept(peer.primary)
                state.handles[peer.primary] = peer.handleName
            }
            self.hear(peer.primary)
            return peer
        } catch {
            throw ClientError(error)
        }
    }

    /// The messages with somebody that are known, in their order; those of threads among them.
    public func history(with peer: ChatPeer) -> [ChatMessage] {
        self.state.withLock { $0.book.messages(with: peer.primary, now: Self.now) }
    }

    /// The message that a reply answers; nil when it is not here.
    public func answered(by message: ChatMessage) -> ChatMessage? {
        guard let id = message.repliedTo else { return nil }
        return self.state.withLock { $0.book.message(id, in: message.key.conversation) }
    }

    /// A message as it is now; nil when it is not here any more.
    public func current(_ message: ChatMessage) -> ChatMessage? { self.state.withLock { $0.book.message(message.key) } }

    /// Whether this was read already, here or by another client of one's own.
    public func isRead(_ message: ChatMessage) -> Bool {
        self.state.withLock { state in
            message.isMine
                || state.book.conversations[message.key.conversation]?.readUpTo.map { $0 >= message.order } ?? false
        }
    }

    /// Milliseconds since 1970.
    static var now: Int64 { WallClock.system.now().unixMilliseconds }
}

extension KezClient {
    /// One's conversations, live. One engine a client.
    public func chat(_ options: ChatOptions = ChatOptions()) -> ChatEngine {
        ChatEngine(self, options: options, only: nil)
    }

    /// Only the conversations with `peer`: less is kept.
    public func chat(with peer: User, _ options: ChatOptions = ChatOptions()) -> ChatEngine {
        ChatEngine(self, options: options, only: Primary(text: peer.primary))
    }
}

/// A bounded queue between those who post and the one task that works.
struct JobQueue<Job: Sendable>: Sendable {
    let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    /// - Parameter limit: when so many wait, `add` refuses.
    init(limit: Int) {
        (self.jobs, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
    }

    /// - Returns: false when the queue is full or has ended.
    func add(_ job: Job) -> Bool {
        if case .enqueued = self.continuation.yield(job) { true } else { false }
    }
}
