import NIOCore

/// One of the two channels of a tunnel: what comes here goes out at the other end, as fast as that one takes it.
///
/// Reads are asked for one by one, each only while the other end is writable: so a slow reader slows its writer,
/// and neither fills memory. Both ends live on one event loop.
final class TunnelEnd: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var other: TunnelEnd?
    /// What came before there was another end.
    private var early: [ByteBuffer] = []
    private var waitsForOther = false
    private var isInputClosed = false
    private let onClose: () -> Void

    /// - Parameter onClose: called once the channel is closed.
    init(onClose: @escaping () -> Void = {}) { self.onClose = onClose }

    /// Joins two ends and begins to read both.
    static func join(_ one: TunnelEnd, _ two: TunnelEnd) {
        (one.other, two.other) = (two, one)
        for (end, other) in [(one, two), (two, one)] {
            for buffer in end.early { other.write(buffer) }
            end.early = []
            other.flush()
        }
        for end in [one, two] { end.read() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        // The two hold each other until one is gone.
        self.other = nil
    }

    // MARK: This channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        if let other = self.other { other.write(buffer) } else { self.early.append(buffer) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard let other = self.other else { return }
        other.flush()
        self.read()
    }

    /// Reading is this handler's business: what is behind it must not ask.
    func read(context: ChannelHandlerContext) {}

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.other?.otherBecameWritable() }
        // The guard behind watches for a peer that takes nothing.
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            self.other?.closeOutput()
            // Nothing will come from either side any more.
            if self.other?.isInputClosed != false { self.closeBoth() }
        case is ChannelShouldQuiesceEvent:
            self.closeBoth()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let other = self.other
        self.onClose()
        other?.close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.closeBoth() }

    // MARK: From the other end

    /// Sends to this channel's peer.
    func write(_ buffer: ByteBuffer) { self.context?.write(Self.wrapOutboundOut(buffer), promise: nil) }

    func flush() { self.context?.flush() }

    /// Closes once everything written has left.
    func close() {
        guard let context = self.context else { return }
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }

    private func closeOutput() {
        guard let context = self.context else { return }
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer()))
            .whenComplete { _ in channel.close(mode: .output, promise: nil) }
    }

    private func closeBoth() {
        self.other?.close()
        self.close()
    }

    private var isWritable: Bool { self.context?.channel.isWritable ?? false }

    private func read() {
        guard let other = self.other, !self.isInputClosed else { return }
        guard other.isWritable else {
            self.waitsForOther = true
            return
        }
        self.context?.read()
    }

    private func otherBecameWritable() {
        guard self.waitsForOther else { return }
        self.waitsForOther = false
        self.read()
    }
}
