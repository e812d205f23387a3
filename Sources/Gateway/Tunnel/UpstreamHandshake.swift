import NIOCore

/// The broker's side of a tunnel until its 101: sends the request, collects the answer's head, then leaves.
final class UpstreamHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why there is no tunnel.
    enum Failure: Error, Equatable, Sendable {
        /// The broker does not take the handshake.
        case refused(status: Int)
        /// It went away, or does not speak HTTP.
        case broken
        case late
    }

    private let request: String
    private let requestID: String
    private let timeout: TimeAmount
    /// The head for the client, and what came behind it.
    private let promise: EventLoopPromise<(head: [UInt8], rest: [UInt8])>
    private var response = UpgradeResponse()
    private var timer: Scheduled<Void>?
    private var isDone = false

    init(
        request: String, requestID: String, timeout: TimeAmount,
        promise: EventLoopPromise<(head: [UInt8], rest: [UInt8])>
    ) {
        self.request = request
        self.requestID = requestID
        self.timeout = timeout
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: self.request)), promise: nil)
        let promise = self.promise
        self.timer = context.eventLoop.scheduleTask(in: self.timeout) { promise.fail(Failure.late) }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isDone else { return context.fireChannelRead(data) }
        let buffer = Self.unwrapInboundIn(data)
        switch self.response.append(buffer.readableBytesView, requestID: self.requestID) {
        case .incomplete: break
        case .accepted(let head, let rest): self.end(.success((head, rest)))
        case .refused(let status): self.end(.failure(Failure.refused(status: status)))
        case .malformed: self.end(.failure(Failure.broken))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !self.isDone { context.read() }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(.failure(Failure.broken))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(.failure(Failure.broken))
        context.fireErrorCaught(error)
    }

    private func end(_ result: Result<(head: [UInt8], rest: [UInt8]), any Error>) {
        guard !self.isDone else { return }
        self.isDone = true
        self.timer?.cancel()
        self.promise.completeWith(result)
    }
}
