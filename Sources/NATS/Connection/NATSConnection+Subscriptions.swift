private import CNats
private import Synchronization

extension NATSConnection {
    /// Messages on `subject`, until the consumer stops, the subscription is no longer held, or the
    /// connection closes. It outlives reconnects.
    ///
    /// The SUB is on its way when this returns; a request sent after it proves that it is in force.
    ///
    /// - Parameters:
    ///   - queue: members of one queue group share the messages.
    ///   - buffer: messages held for a slow consumer; beyond it new ones are lost, counted and told.
    ///   - isNewestFirst: hands out what came last, and loses what came first: see `Mailbox`.
    /// - Throws: `invalid` for a malformed subject or queue, `closed`.
    package func subscribe(
        to subject: String, queue: String? = nil, buffer: Int = 65_536, isNewestFirst: Bool = false
    ) throws(NATSError) -> Subscription {
        guard SubjectRules.isSubscribable(subject), queue.map(SubjectRules.isPublishable) ?? true else {
            throw NATSError(.invalid, operation: "subscribe")
        }
        let mailbox = Mailbox(capacity: buffer, isNewestFirst: isNewestFirst)
        let id = try self.register(subject: subject, queue: queue, mailbox: mailbox) { [weak self] message in
            guard let lost = mailbox.deliver(message), lost & (lost - 1) == 0 else { return }
            // At 1, 2, 4, 8, … losses: a flood of events would not help anybody.
            self?.emit(.slowConsumer(subject: subject, lost: lost))
        }
        return Subscription(subject: subject, mailbox: mailbox) { [weak self] in
            self?.unregister(id)
            mailbox.end()
        }
    }

    /// Ends `subscription` without losing what the server has already sent.
    ///
    /// - Parameter timeout: after it the subscription ends with what has arrived.
    package func drain(_ subscription: Subscription, timeout: Duration = .seconds(10)) async {
        let id = self.state.withLock { state in
            state.records.first { $0.value.mailbox === subscription.mailbox }?.key
        }
        if let id { await self.drainSubscription(id, timeout: timeout) }
    }

    func drainSubscription(_ id: UInt64, timeout: Duration) async {
        let milliseconds = max(1, Int64(timeout / .milliseconds(1)))
        await withCheckedContinuation { continuation in
            let handle = self.state.withLock { state -> SubscriptionHandle? in
                guard state.records[id]?.onDrained == nil, let handle = state.records[id]?.handle else { return nil }
                state.records[id]?.onDrained = { continuation.resume() }
                return handle
            }
            guard let handle else { return continuation.resume() }
            if unsafe natsSubscription_DrainTimeout(handle.pointer, milliseconds) != NATS_OK {
                self.ended(id)
            }
        }
        let record = self.unregister(id)
        record?.mailbox?.end()
    }

    /// The one subscription that takes all replies.
    func registerReplies() {
        let requests = self.requests
        _ = try? self.register(subject: "\(self.replyPrefix).*", queue: nil, mailbox: nil) { requests.deliver($0) }
    }

    private func register(
        subject: String, queue: String?, mailbox: Mailbox?, onMessage: @escaping @Sendable (Message) -> Void
    ) throws(NATSError) -> UInt64 {
        let (id, handle) = try self.state.withLock { state throws(NATSError) -> (UInt64, ConnectionHandle?) in
            if state.isClosed { throw NATSError(.closed, operation: "subscribe") }
            state.nextID += 1
            state.records[state.nextID] = Record(subject: subject, queue: queue, mailbox: mailbox, onMessage: onMessage)
            return (state.nextID, state.handle)
        }
        if let handle { self.establish(id, on: handle) }
        return id
    }

    /// Makes the subscription on the server; a failure means that the connection is going, and the next one
    /// makes it.
    func establish(_ id: UInt64, on connection: ConnectionHandle) {
        guard let record = self.state.withLock({ $0.records[id] }) else { return }
        let sink = Sink(onMessage: record.onMessage) { [weak self] in self?.ended(id) }
        let retained = unsafe Unmanaged.passRetained(sink)
        var pointer: OpaquePointer?
        let status =
            if let queue = record.queue {
                unsafe natsConnection_QueueSubscribe(
                    &pointer, connection.pointer, record.subject, queue, messageArrived, retained.toOpaque())
            } else {
                unsafe natsConnection_Subscribe(
                    &pointer, connection.pointer, record.subject, messageArrived, retained.toOpaque())
            }
        guard status == NATS_OK, let pointer = unsafe pointer else {
            unsafe retained.release()
            return
        }
        // The limit is the mailbox's; libnats's own queue must hold what arrives between two of its turns.
        _ = unsafe natsSubscription_SetPendingLimits(pointer, -1, -1)
        // Fails only if the connection closed since the line above. The handler may still be running,
        // so the sink stays retained: one small leak per such race, never a use after free.
        _ = unsafe natsSubscription_SetOnCompleteCB(pointer, subscriptionEnded, retained.toOpaque())
        let handle = unsafe SubscriptionHandle(pointer)
        let isWanted = self.state.withLock { state in
            guard state.records[id] != nil, state.handle === connection else { return false }
            state.records[id]?.handle = handle
            return true
        }
        if !isWanted { _ = unsafe natsSubscription_Unsubscribe(handle.pointer) }
    }

    @discardableResult
    private func unregister(_ id: UInt64) -> Record? {
        let record = self.state.withLock { $0.records.removeValue(forKey: id) }
        if let handle = record?.handle { _ = unsafe natsSubscription_Unsubscribe(handle.pointer) }
        return record
    }

    /// libnats has delivered the last message of a subscription.
    private func ended(_ id: UInt64) {
        let onDrained = self.state.withLock { state in
            defer { state.records[id]?.onDrained = nil }
            return state.records[id]?.onDrained
        }
        onDrained?()
    }
}
