private import CNats
private import Foundation
import Synchronization

/// A connection to the broker that repairs itself.
///
/// One thread of its own connects, reads, writes and reconnects; no call blocks its caller. While the
/// connection is down, publishes and requests fail at once with `disconnected` (nothing is buffered for
/// an unknown time), subscriptions stay and are made again after the reconnect. A refused login is tried
/// again like any other failure: the callout may be restarting.
package final class NATSConnection: Sendable {
    struct Record: Sendable {
        let subject: String
        let queue: String?
        let mailbox: Mailbox?
        let onMessage: @Sendable (Message) -> Void
        var handle: SubscriptionHandle?
        var onDrained: (@Sendable () -> Void)?
    }

    struct State: Sendable {
        var handle: ConnectionHandle?
        var records: [UInt64: Record] = [:]
        var nextID: UInt64 = 0
        var isClosed = false
        var maximumPayload = 1 << 20
        var serverID: String?
        var firstOutcome: CheckedContinuation<NATSError?, Never>?
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
        var observers: [UInt64: AsyncStream<ConnectionEvent>.Continuation] = [:]
    }

    package let options: ConnectionOptions
    let state = Mutex(State())
    let requests = RequestTable()
    let loop = EventLoop()
    /// Where replies to our requests arrive: `<prefix>.<random>`.
    let replyPrefix: String

    private init(options: ConnectionOptions) {
        self.options = options
        self.replyPrefix = "\(options.inboxPrefix).\(RequestTable.text(of: .random(in: .min ... .max)).prefix(16))"
    }

    /// Connects, trying once.
    ///
    /// - Throws: `NATSError`: `disconnected` or `timeout` when no server answers, `authorization`,
    ///   `hostileNonce`, `invalid` for options that cannot be.
    package static func connect(_ options: ConnectionOptions) async throws(NATSError) -> NATSConnection {
        let connection = NATSConnection(options: options)
        guard connection.loop.isUsable else {
            throw NATSError(.library(0), operation: "connect", detail: "no file descriptor left")
        }
        connection.registerReplies()
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                connection.state.withLock { $0.firstOutcome = continuation }
                connection.start()
            }
        } onCancel: {
            connection.loop.stop()
        }
        if let failure { throw failure }
        return connection
    }

    /// Whether the broker is reachable at this moment.
    package var isConnected: Bool { self.state.withLock { $0.handle != nil } }

    /// Largest payload with headers that the server takes, in bytes.
    package var maximumPayload: Int { self.state.withLock { $0.maximumPayload } }

    /// What happens from now on; each call gives a stream of its own. Keeps the newest 64 events.
    package func events() -> AsyncStream<ConnectionEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConnectionEvent.self, bufferingPolicy: .bufferingNewest(64))
        let id = self.state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            state.nextID += 1
            state.observers[state.nextID] = continuation
            return state.nextID
        }
        guard let id else {
            continuation.yield(.closed)
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    /// A subject of our own for replies: the inbox prefix and 128 random bits.
    package func newInbox() -> String {
        "\(self.options.inboxPrefix).\(RequestTable.text(of: .random(in: .min ... .max)))"
    }

    // MARK: Publish and request

    /// Sends a message; it has left our process some microseconds later.
    ///
    /// - Throws: `invalid`, `maximumPayload`, `outboundFull`, `disconnected`, `closed`.
    package func publish(
        _ payload: [UInt8], to subject: String, headers: Headers = [:], reply: String? = nil
    ) throws(NATSError) {
        let operation = "publish"
        guard SubjectRules.isPublishable(subject), headers.isValid, reply.map(SubjectRules.isPublishable) ?? true else {
            throw NATSError(.invalid, operation: operation)
        }
        let handle = try self.handle(operation)
        guard unsafe natsConnection_Buffered(handle.pointer) < Int32(clamping: self.options.maximumOutboundBytes) else {
            throw NATSError(.outboundFull, operation: operation)
        }
        let status: natsStatus
        if headers.isEmpty {
            status = unsafe payload.withUnsafeBytes { bytes in
                // libnats refuses an absent reply in the call that takes one.
                if let reply {
                    unsafe natsConnection_PublishRequest(
                        handle.pointer, subject, reply, bytes.baseAddress, Int32(bytes.count))
                } else {
                    unsafe natsConnection_Publish(handle.pointer, subject, bytes.baseAddress, Int32(bytes.count))
                }
            }
        } else {
            status = Self.publish(payload, to: subject, headers: headers, reply: reply, on: handle)
        }
        if status != NATS_OK { throw NATSError(status: status, operation: operation) }
    }

    private static func publish(
        _ payload: [UInt8], to subject: String, headers: Headers, reply: String?, on handle: ConnectionHandle
    ) -> natsStatus {
        var message: OpaquePointer?
        var status = unsafe payload.withUnsafeBytes { bytes in
            unsafe natsMsg_Create(
                &message, subject, reply, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
        }
        guard status == NATS_OK, let message = unsafe message else { return status }
        defer { unsafe natsMsg_Destroy(message) }
        for field in headers.fields where status == NATS_OK {
            status = unsafe natsMsgHeader_Add(message, field.name, field.value)
        }
        if status == NATS_OK { status = unsafe natsConnection_PublishMsg(handle.pointer, message) }
        return status
    }

    /// Sends a request and returns at once; thousands may be in flight, served by one subscription.
    ///
    /// - Parameter timeout: how long the reply is waited for; noticed to 50 ms.
    package func startRequest(
        _ payload: [UInt8], to subject: String, headers: Headers = [:], timeout: Duration
    ) throws(NATSError) -> PendingReply {
        let reply = PendingReply(operation: "request")
        let token = self.requests.add(reply, deadline: .now.advanced(by: timeout))
        reply.setOnCancel { [weak self] in self?.requests.remove(token) }
        do {
            try self.publish(
                payload, to: subject, headers: headers, reply: "\(self.replyPrefix).\(RequestTable.text(of: token))")
        } catch {
            self.requests.remove(token)
            throw error
        }
        return reply
    }

    /// Sends a request and waits for its reply.
    ///
    /// - Throws: `NATSError` of kind `timeout`, `noResponders`, `disconnected`, `closed`, `cancelled`, or what
    ///   `publish` throws. An error reply of a service is a reply: see `Message.serviceError`.
    package func request(
        _ payload: [UInt8], to subject: String, headers: Headers = [:], timeout: Duration = .seconds(5)
    ) async throws(NATSError) -> Message {
        try await self.startRequest(payload, to: subject, headers: headers, timeout: timeout).value()
    }

    /// Waits until the server has processed everything sent before.
    ///
    /// - Throws: `timeout`, `disconnected`, `closed`.
    package func flush(timeout: Duration = .seconds(5)) async throws(NATSError) {
        let handle = try self.handle("flush")
        let failure = await BlockingCalls.run { () -> NATSError? in
            let status = unsafe natsConnection_FlushTimeout(handle.pointer, max(1, Int64(timeout / .milliseconds(1))))
            return status == NATS_OK ? nil : NATSError(status: status, operation: "flush")
        }
        if let failure { throw failure }
    }

    // MARK: Close

    /// Drains every subscription, then closes: messages that the server has sent are still handed out,
    /// what was published is written.
    ///
    /// - Parameter timeout: how long draining may take; after it the connection is closed all the same.
    package func drain(timeout: Duration = .seconds(10)) async {
        let ids = self.state.withLock { state in state.records.filter { $0.value.mailbox != nil }.map(\.key) }
        await withDiscardingTaskGroup { group in
            for id in ids { group.addTask { await self.drainSubscription(id, timeout: timeout) } }
        }
        try? await self.flush(timeout: timeout)
        await self.close()
    }

    /// Closes the connection; what was published is written first. Requests in flight fail with `closed`.
    package func close() async {
        await withCheckedContinuation { continuation in
            let isDone = self.state.withLock { state in
                if !state.isClosed { state.closeWaiters.append(continuation) }
                return state.isClosed
            }
            if isDone { continuation.resume() } else { self.loop.stop() }
        }
    }

    func handle(_ operation: String) throws(NATSError) -> ConnectionHandle {
        let (handle, isClosed) = self.state.withLock { ($0.handle, $0.isClosed || self.loop.isStopping) }
        if isClosed { throw NATSError(.closed, operation: operation) }
        guard let handle else { throw NATSError(.disconnected, operation: operation) }
        return handle
    }

    func emit(_ event: ConnectionEvent) {
        let observers = self.state.withLock { Array($0.observers.values) }
        for observer in observers { observer.yield(event) }
    }
}

/// Runs C calls that block on threads of their own, never on the cooperative pool.
enum BlockingCalls {
    private static let queue = DispatchQueue(label: "nats.blocking", attributes: .concurrent)

    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            self.queue.async { continuation.resume(returning: body()) }
        }
    }
}
