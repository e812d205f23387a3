private import CNats
private import Foundation
private import NKeys
private import Synchronization

/// The connection's own thread: connect, serve until it breaks, wait, connect again.
extension NATSConnection {
    func start() {
        let thread = Thread { self.run() }
        thread.name = "nats"
        thread.stackSize = 512 << 10
        thread.start()
    }

    private func run() {
        var attempt = 0
        var wasConnected = false
        var generator = SystemRandomNumberGenerator()
        while !self.loop.isStopping {
            if let failure = self.serve(
                isReconnect: wasConnected,
                onConnected: {
                    wasConnected = true; attempt = 0
                })
            {
                if !wasConnected {
                    self.finish(failure)
                    return
                }
                self.emit(.reconnectFailed(failure))
            }
            if self.loop.isStopping { break }
            self.loop.pause(for: self.options.reconnect.delay(attempt: attempt, using: &generator)) {
                self.expire(now: .now)
            }
            attempt += 1
        }
        self.finish(NATSError(.closed, operation: "connect"))
    }

    /// One libnats connection from its birth to its end.
    ///
    /// - Returns: why it could not be made; nil after one that was.
    private func serve(isReconnect: Bool, onConnected: () -> Void) -> NATSError? {
        let context = CallbackContext(loop: self.loop, credentials: self.options.credentials) { [weak self] words in
            self?.emit(.permissionViolation(words))
        }
        let retained = unsafe Unmanaged.passRetained(context)
        defer { unsafe retained.release() }
        self.loop.reset()

        var connected: Result<ConnectionHandle, NATSError> = unsafe self.open(context: retained.toOpaque())
        // Each further attempt needs the same bad luck, of one in 256.
        for _ in 0..<8 where context.unsendableSignature.exchange(false, ordering: .relaxed) {
            guard case .failure = connected, !self.loop.isStopping else { break }
            self.loop.reset()
            connected = unsafe self.open(context: retained.toOpaque())
        }
        guard case .success(let handle) = connected else {
            if case .failure(let failure) = connected {
                return context.hostileNonce.load(ordering: .relaxed)
                    ? NATSError(.hostileNonce, operation: "connect") : failure
            }
            return nil
        }
        onConnected()
        self.established(handle, isReconnect: isReconnect)
        self.loop.run(handle) {
            self.expire(now: .now)
        } onStop: {
            self.state.withLock { $0.handle = nil }
            Self.writeOut(handle)
            unsafe natsConnection_Close(handle.pointer)
        }
        self.lost(handle)
        return nil
    }

    private func open(context: UnsafeMutableRawPointer) -> Result<ConnectionHandle, NATSError> {
        var options: OpaquePointer?
        var status = unsafe natsOptions_Create(&options)
        guard status == NATS_OK, let options = unsafe options else {
            return .failure(NATSError(status: status, operation: "connect"))
        }
        defer { unsafe natsOptions_Destroy(options) }
        status = unsafe self.configure(options, context: context)
        guard status == NATS_OK else { return .failure(NATSError(status: status, operation: "connect")) }
        var pointer: OpaquePointer?
        status = unsafe natsConnection_Connect(&pointer, options)
        guard status == NATS_OK, let pointer = unsafe pointer else {
            return .failure(NATSError(status: status, operation: "connect"))
        }
        return .success(unsafe ConnectionHandle(pointer))
    }

    private func configure(_ options: OpaquePointer, context: UnsafeMutableRawPointer) -> natsStatus {
        let settings = self.options
        var steps: [() -> natsStatus] = [
            { unsafe self.setServers(options) },
            { unsafe natsOptions_SetName(options, settings.name) },
            { unsafe natsOptions_SetTimeout(options, Int64(settings.connectTimeout / .milliseconds(1))) },
            // Reconnecting is ours: libnats would give up for good after two refused logins.
            { unsafe natsOptions_SetAllowReconnect(options, false) },
            { unsafe natsOptions_SetPingInterval(options, Int64(settings.pingInterval / .milliseconds(1))) },
            { unsafe natsOptions_SetMaxPingsOut(options, 2) },
            { unsafe natsOptions_SetIOBufSize(options, 64 << 10) },
            // Every publish asks the event loop for a write at once; without it a flusher waits a millisecond.
            { unsafe natsOptions_SetSendAsap(options, true) },
            { unsafe natsOptions_UseGlobalMessageDelivery(options, true) },
            { unsafe natsOptions_SetClosedCB(options, connectionClosed, context) },
            { unsafe natsOptions_SetErrorHandler(options, errorArrived, context) },
            { unsafe natsOptions_SetEventLoop(options, context, loopAttach, loopRead, loopWrite, loopDetach) },
        ]
        switch settings.credentials {
        case .none: break
        case .nkey(let pair):
            steps.append { unsafe natsOptions_SetNKey(options, pair.publicKey.text, nonceArrived, context) }
        case .password(let user, let password):
            steps.append { unsafe natsOptions_SetUserInfo(options, user, password) }
        }
        if let tls = settings.tls {
            steps.append { unsafe natsOptions_SetSecure(options, true) }
            if let file = tls.certificateAuthorities {
                steps.append { unsafe natsOptions_LoadCATrustedCertificates(options, file) }
            }
            if let name = tls.serverName {
                steps.append { unsafe natsOptions_SetExpectedHostname(options, name) }
            }
        }
        for step in steps {
            let status = step()
            guard status == NATS_OK else { return status }
        }
        return NATS_OK
    }

    private func setServers(_ options: OpaquePointer) -> natsStatus {
        let copies = unsafe self.options.servers.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        var pointers = unsafe copies.map { unsafe UnsafePointer($0) }
        return unsafe natsOptions_SetServers(options, &pointers, Int32(pointers.count))
    }

    private func established(_ handle: ConnectionHandle, isReconnect: Bool) {
        let (ids, first) = self.state.withLock { state in
            state.handle = handle
            state.maximumPayload = Int(unsafe natsConnection_GetMaxPayload(handle.pointer))
            defer { state.firstOutcome = nil }
            return (state.records.keys.sorted(), state.firstOutcome)
        }
        for id in ids { self.establish(id, on: handle) }
        self.emit(.connected(isReconnect: isReconnect))
        if isReconnect { self.interruptAll() }
        first?.resume(returning: nil)
    }

    private func lost(_ handle: ConnectionHandle) {
        var text: UnsafePointer<CChar>?
        let status = unsafe natsConnection_GetLastError(handle.pointer, &text)
        let words = unsafe text.map { unsafe String(cString: $0) } ?? ""
        let ended = self.state.withLock { state -> [@Sendable () -> Void] in
            state.handle = nil
            var callbacks: [@Sendable () -> Void] = []
            for id in state.records.keys {
                state.records[id]?.handle = nil
                if let onDrained = state.records[id]?.onDrained { callbacks.append(onDrained) }
                state.records[id]?.onDrained = nil
            }
            return callbacks
        }
        for callback in ended { callback() }
        self.requests.failAll(.disconnected)
        let reason =
            status == NATS_OK
            ? nil : NATSError(.disconnected, operation: "connection", detail: words.isEmpty ? nil : words)
        if !self.loop.isStopping { self.emit(.disconnected(reason)) }
    }

    private func interruptAll() {
        let mailboxes = self.state.withLock { state in state.records.values.compactMap(\.mailbox) }
        for mailbox in mailboxes { mailbox.interrupt() }
    }

    /// - Returns: whether something waits for a deadline, so that the loop looks again soon.
    @discardableResult
    private func expire(now: ContinuousClock.Instant) -> Bool {
        var isWaiting = self.requests.expire(now: now)
        let mailboxes = self.state.withLock { state in state.records.values.compactMap(\.mailbox) }
        for mailbox in mailboxes where mailbox.expire(now: now) { isWaiting = true }
        return isWaiting
    }

    /// Gives what was published a moment to leave before the socket closes.
    private static func writeOut(_ handle: ConnectionHandle) {
        let end = ContinuousClock.now.advanced(by: .seconds(1))
        while unsafe natsConnection_Buffered(handle.pointer) > 0, ContinuousClock.now < end {
            unsafe natsConnection_ProcessWriteEvent(handle.pointer)
            if unsafe natsConnection_Buffered(handle.pointer) > 0 { Thread.sleep(forTimeInterval: 0.001) }
        }
    }

    private func finish(_ failure: NATSError) {
        let (first, waiters, records, observers) = self.state.withLock { state in
            state.isClosed = true
            state.handle = nil
            defer {
                state.firstOutcome = nil
                state.closeWaiters = []
                state.records = [:]
                state.observers = [:]
            }
            return (state.firstOutcome, state.closeWaiters, state.records, state.observers)
        }
        self.requests.failAll(.closed)
        for record in records.values { record.mailbox?.end() }
        for observer in observers.values {
            observer.yield(.closed)
            observer.finish()
        }
        first?.resume(returning: failure)
        for waiter in waiters { waiter.resume() }
    }
}
