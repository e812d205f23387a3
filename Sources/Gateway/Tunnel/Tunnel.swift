import NIOCore

/// A tunnel under way: what the client sends reaches the broker as fast as its budgets allow, what the broker sends
/// reaches the client as fast as that reads. Slowing is done by not reading, so no byte is lost and none overtakes
/// another; what is held is one read, and behind a client's FIN the rest of its receive buffer.
///
/// Lives on the event loop of both ends.
final class Tunnel {
    private enum Phase {
        case open
        /// To be closed with a word, once the broker's frame has ended.
        case parting(TunnelViolation)
        /// The client's output is closed; what it still sends is thrown away.
        case parted
        case closed
    }

    private let client: TunnelEnd
    private let broker: TunnelEnd
    private let eventLoop: any EventLoop
    private let times: TunnelTimes
    private var flow: TunnelFlow
    private var answers = BrokerStream()
    private var phase = Phase.open
    private var held = CircularBuffer<ByteBuffer>()
    /// Ends what is held back, the linger of a client that was told to go, and so on: one task each.
    private var pause: Scheduled<Void>?
    private var ending: Scheduled<Void>?
    private var silence: Scheduled<Void>?
    private var stall: Scheduled<Void>?
    private var heardAt: NIODeadline
    private var isOutputToBrokerClosed = false

    private init(
        _ client: TunnelEnd, _ broker: TunnelEnd, flow: TunnelFlow, times: TunnelTimes, eventLoop: any EventLoop
    ) {
        self.client = client
        self.broker = broker
        self.flow = flow
        self.times = times
        self.eventLoop = eventLoop
        self.heardAt = .now()
    }

    /// Joins two ends and begins to read both.
    ///
    /// - Parameter first: what the broker sent behind its handshake.
    static func join(
        _ client: TunnelEnd, _ broker: TunnelEnd, first: ByteBuffer, flow: TunnelFlow, times: TunnelTimes,
        eventLoop: any EventLoop
    ) {
        let tunnel = Tunnel(client, broker, flow: flow, times: times, eventLoop: eventLoop)
        tunnel.held.append(contentsOf: client.join(tunnel))
        for buffer in [first] + broker.join(tunnel) where buffer.readableBytes > 0 {
            tunnel.received(buffer, at: broker)
        }
        client.flush()
        tunnel.watchSilence()
        tunnel.passOn()
        tunnel.readBroker()
        if broker.isInputClosed { tunnel.inputClosed(at: broker) }
    }

    // MARK: From the ends

    func received(_ buffer: ByteBuffer, at end: TunnelEnd) {
        guard end === self.client else { return self.receivedFromBroker(buffer) }
        guard case .open = self.phase, buffer.readableBytes > 0 else { return }
        self.heardAt = .now()
        self.held.append(buffer)
    }

    func readCompleted(at end: TunnelEnd) {
        if end === self.broker {
            self.client.flush()
            self.readBroker()
        } else if case .open = self.phase {
            self.passOn()
        } else {
            self.client.read()
        }
    }

    func writabilityChanged(at end: TunnelEnd) {
        guard end === self.client else {
            if end.isWritable { self.passOn() }
            return
        }
        self.stall?.cancel()
        self.stall = nil
        if end.isWritable {
            self.readBroker()
        } else {
            // Who does not read what it asked for keeps memory here and at the broker.
            self.stall = self.schedule(self.times.stall) { tunnel in
                GatewayMetrics.tunnelClosed("slow_reader")
                tunnel.client.abort()
            }
        }
    }

    func inputClosed(at end: TunnelEnd) {
        if end === self.client {
            guard case .open = self.phase else { return self.close() }
            // What is held passes first.
            self.passOn()
        } else {
            self.part()
        }
    }

    func closed(at end: TunnelEnd) {
        guard end === self.client else { return self.part() }
        self.stop()
        self.broker.close()
    }

    /// Closes both ends once everything written has left.
    func close() {
        self.stop()
        self.client.close()
        self.broker.close()
    }

    // MARK: Client to broker

    private func passOn() {
        guard case .open = self.phase, self.pause == nil else { return }
        do throws(TunnelViolation) {
            while self.broker.isWritable, let chunk = self.held.first {
                switch try self.flow.next(chunk.readableBytesUInt8Span) {
                case .pass(let count): self.pass(count)
                case .wait(let time): return self.holdBack(for: time)
                case .awaitsLogin: return self.broker.flush()
                }
            }
        } catch {
            // First of all: flushing may call back.
            self.held.removeAll()
            self.broker.flush()
            return self.part(with: error)
        }
        self.broker.flush()
        guard self.held.isEmpty else { return }
        if !self.client.isInputClosed {
            if self.broker.isWritable { self.client.read() }
        } else if !self.isOutputToBrokerClosed {
            self.isOutputToBrokerClosed = true
            self.broker.closeOutput()
            self.ending = self.schedule(self.times.stall) { $0.close() }
        }
    }

    private func pass(_ count: Int) {
        guard let slice = self.held[self.held.startIndex].readSlice(length: count) else { return }
        if self.held[self.held.startIndex].readableBytes == 0 { self.held.removeFirst() }
        self.broker.write(slice)
    }

    private func holdBack(for time: Duration) {
        // Some jitter: the connections of one address do not wake together.
        let jitter = Duration.milliseconds(Int.random(in: 1...20))
        self.pause = self.schedule(time + jitter) { tunnel in
            tunnel.pause = nil
            tunnel.passOn()
        }
        self.broker.flush()
    }

    // MARK: Broker to client

    private func readBroker() {
        guard self.client.isWritable else { return }
        switch self.phase {
        case .open, .parting: self.broker.read()
        case .parted, .closed: break
        }
    }

    private func receivedFromBroker(_ buffer: ByteBuffer) {
        var buffer = buffer
        let isAtFrame = self.answers.isBetweenFrames
        switch self.phase {
        case .open:
            let frameEnd = self.answers.append(buffer.readableBytesUInt8Span)
            guard self.answers.isAccepted, !self.flow.isAccepted else { return self.client.write(buffer) }
            do throws(TunnelViolation) {
                try self.flow.accept()
                self.client.write(buffer)
                // Not from within a read.
                self.schedule(.zero) { $0.passOn() }
            } catch {
                // The client is not told that its login was taken.
                if !isAtFrame {
                    guard let frameEnd, let begun = buffer.readSlice(length: frameEnd) else {
                        self.client.write(buffer)
                        return self.part(with: error)
                    }
                    self.client.write(begun)
                }
                self.part(with: error, isAtFrame: true)
            }
        case .parting(let violation):
            guard let frameEnd = self.answers.append(buffer.readableBytesUInt8Span) else {
                return self.client.write(buffer)
            }
            if let end = buffer.readSlice(length: frameEnd) { self.client.write(end) }
            self.part(with: violation, isAtFrame: true)
        case .parted, .closed: break
        }
    }

    // MARK: Ends

    /// Tells the client why, between two of the broker's frames, and closes.
    private func part(with violation: TunnelViolation, isAtFrame: Bool? = nil) {
        guard isAtFrame ?? self.answers.isBetweenFrames else {
            self.beginParting(.parting(violation))
            // It wants to read, or the frame never ends.
            self.ending = self.schedule(self.times.linger) { $0.part() }
            self.client.read()
            return
        }
        GatewayMetrics.tunnelClosed(violation.rawValue)
        self.client.write(ByteBuffer(bytes: violation.farewell))
        self.part()
    }

    /// Closes the client's output, and listens on for a moment: closed at once, with bytes unread, the system would
    /// throw away what the client has not read yet.
    private func part() {
        switch self.phase {
        case .open, .parting: break
        case .parted, .closed: return
        }
        self.beginParting(.parted)
        self.broker.close()
        self.client.closeOutput()
        guard !self.client.isInputClosed else { return self.close() }
        self.ending = self.schedule(self.times.linger) { tunnel in
            tunnel.stop()
            tunnel.client.abort()
        }
        self.client.read()
    }

    private func beginParting(_ phase: Phase) {
        self.phase = phase
        self.flow.leave()
        self.held.removeAll()
        self.pause?.cancel()
        self.ending?.cancel()
        self.silence?.cancel()
    }

    private func stop() {
        self.beginParting(.closed)
        self.stall?.cancel()
    }

    /// Closes when nothing is heard for too long; who is held back, or waits for its login, is heard.
    private func watchSilence() {
        let since = Duration.nanoseconds((NIODeadline.now() - self.heardAt).nanoseconds)
        if !self.held.isEmpty { self.heardAt = .now() }
        guard since < self.times.silence || !self.held.isEmpty else { return self.part(with: .idle) }
        let left = self.held.isEmpty ? self.times.silence - since : self.times.silence
        self.silence = self.schedule(left) { $0.watchSilence() }
    }

    /// Runs on the event loop, unless the tunnel is gone by then.
    @discardableResult
    private func schedule(_ time: Duration, _ body: @escaping (Tunnel) -> Void) -> Scheduled<Void> {
        self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { [weak self] in
            if let self { body(self) }
        }
    }
}

/// How long a tunnel's ends may keep each other waiting.
struct TunnelTimes: Sendable {
    /// Nothing from the client; the broker pings more often.
    let silence: Duration
    /// The client takes nothing.
    let stall: Duration
    /// For a farewell to leave, and for the client to read it.
    let linger: Duration
}
