import NIOCore

/// Closes connections whose peer takes too long: with a request's head (slow loris), its body, its next request,
/// or with reading what is sent to it. The first handler of a connection, before HTTP.
///
/// Lives on the connection's event loop.
final class ConnectionGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var phase: ConnectionPhase
    /// Given back when the connection is closed.
    private var place: ConnectionSeats.Count.Place?
    private let writeTimeout: TimeAmount
    private var timer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private weak var channel: (any Channel)?
    /// The last byte that came: a head ends with a line feed.
    private(set) var lastByte: UInt8?

    /// - Parameter place: the connection's among those of its address; nil where they are not counted.
    init(times: ConnectionPhase.Times, writeTimeout: Duration, place: ConnectionSeats.Count.Place?) {
        self.place = place
        self.phase = ConnectionPhase(times)
        self.writeTimeout = TimeAmount(writeTimeout)
    }

    /// Requests that are not answered to their end.
    var requests: Int { self.phase.requests }
    /// Whether the peer still sends a request.
    var isReading: Bool { self.phase.isReading }

    func handlerAdded(context: ChannelHandlerContext) {
        self.channel = context.channel
        self.apply(self.phase.opened())
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.place = nil
        self.stop()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.place = nil
        self.stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        if let last = buffer.readableBytesView.last { self.lastByte = last }
        self.apply(self.phase.bytesArrived(buffer.readableBytes))
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.writeTimer?.cancel()
        self.writeTimer = nil
        if !context.channel.isWritable { self.writeTimer = self.closing(after: self.writeTimeout) }
        context.fireChannelWritabilityChanged()
    }

    func headArrived() { self.apply(self.phase.headArrived()) }
    func bodyEnded() { self.apply(self.phase.bodyEnded()) }
    func answered() { self.apply(self.phase.answered()) }
    func lingers() { self.apply(self.phase.lingers()) }
    func detached() { self.apply(self.phase.detached()) }

    private func apply(_ change: ConnectionPhase.Timer) {
        switch change {
        case .keep: break
        case .stop:
            self.timer?.cancel()
            self.timer = nil
        case .set(let time):
            guard let channel = self.channel else { return }
            self.timer?.cancel()
            let loopBound = NIOLoopBound(self, eventLoop: channel.eventLoop)
            self.timer = channel.eventLoop.scheduleTask(in: TimeAmount(time)) {
                let watched = loopBound.value
                watched.apply(watched.phase.expired())
            }
        case .close: self.channel?.close(promise: nil)
        }
    }

    private func closing(after time: TimeAmount) -> Scheduled<Void>? {
        guard let channel = self.channel else { return nil }
        return channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    private func stop() {
        self.timer?.cancel()
        self.writeTimer?.cancel()
        self.timer = nil
        self.writeTimer = nil
    }
}
