import NIOCore

/// One of the two channels of a tunnel: tells the tunnel what happens here, and reads only when asked.
///
/// Lives on the event loop of both ends.
final class TunnelEnd: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    /// The two hold each other until the channel is gone.
    private var tunnel: Tunnel?
    /// What came before there was a tunnel.
    private var early: [ByteBuffer] = []
    private(set) var isInputClosed = false
    private let onClose: () -> Void

    /// - Parameter onClose: called once the channel is closed.
    init(onClose: @escaping () -> Void = {}) { self.onClose = onClose }

    /// Hands over what came so far.
    func join(_ tunnel: Tunnel) -> [ByteBuffer] {
        self.tunnel = tunnel
        defer { self.early = [] }
        return self.early
    }

    // MARK: What happens here

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.tunnel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        if let tunnel = self.tunnel { tunnel.received(buffer, at: self) } else { self.early.append(buffer) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { self.tunnel?.readCompleted(at: self) }

    /// Reading is the tunnel's business: what is behind it must not ask.
    func read(context: ChannelHandlerContext) {}

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.tunnel?.writabilityChanged(at: self)
        // The guard behind watches for a peer that takes nothing.
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            self.tunnel?.inputClosed(at: self)
        case is ChannelShouldQuiesceEvent:
            if let tunnel = self.tunnel { tunnel.close() } else { self.close() }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.onClose()
        self.tunnel?.closed(at: self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let tunnel = self.tunnel { tunnel.close() } else { self.close() }
    }

    // MARK: What the tunnel asks for

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    /// Asks for what comes next.
    func read() {
        guard !self.isInputClosed else { return }
        self.context?.read()
    }

    /// Sends to this channel's peer.
    func write(_ buffer: ByteBuffer) { self.context?.write(Self.wrapOutboundOut(buffer), promise: nil) }

    func flush() { self.context?.flush() }

    /// Closes once everything written has left.
    func close() { self.close(.all) }

    /// Ends this channel's output once everything written has left.
    func closeOutput() { self.close(.output) }

    /// Closes at once, whatever is still to be written.
    func abort() { self.context?.channel.close(promise: nil) }

    private func close(_ mode: CloseMode) {
        guard let context = self.context else { return }
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer()))
            .whenComplete { _ in channel.close(mode: mode, promise: nil) }
    }
}
