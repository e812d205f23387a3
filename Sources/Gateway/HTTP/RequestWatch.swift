import HTTPTypes
import KezCore
import NIOCore
import NIOHTTP1

/// Follows requests and answers of one connection, right behind the HTTP decoder: tells the guard where they are,
/// closes after an answer that must be the last, answers what is no HTTP, and hands tunnels over.
///
/// Lives on the connection's event loop.
final class RequestWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Takes the connection over when the request opens a tunnel.
    ///
    /// - Returns: false when it is a request like any other. If true, `refuse` may be called, once, with what to
    ///   answer instead.
    typealias Takeover = (
        _ head: HTTPRequestHead, _ channel: any Channel, _ refuse: @escaping (KezError) -> Void
    ) -> Bool

    private let listener: Listener
    private let watched: ConnectionGuard
    private let takeover: Takeover?
    /// What every request of this connection is answered with, instead of being served.
    private let refusal: KezError?
    private var isTaken = false
    /// For each request that is not answered to its end: whether its answer is the connection's last.
    private var isLast: [Bool] = []

    init(_ watched: ConnectionGuard, on listener: Listener, takeover: Takeover?, refusal: KezError? = nil) {
        self.refusal = refusal
        self.listener = listener
        self.watched = watched
        self.takeover = takeover
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isTaken else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            if let refusal = self.refusal {
                self.isTaken = true
                return self.refuse(refusal, requestID: head.headers.first(name: "X-Request-Id"), context: context)
            }
            if self.takeOver(head, context: context) { return }
            // After an upgrade request the decoder reads no further.
            self.isLast.append(!head.isKeepAlive || head.method == .CONNECT || Self.asksForUpgrade(head))
            self.watched.headArrived()
        case .body: break
        case .end: self.watched.bodyEnded()
        }
        context.fireChannelRead(data)
    }

    private static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    private func takeOver(_ head: HTTPRequestHead, context: ChannelHandlerContext) -> Bool {
        // Behind another request, or with bytes behind it that ought to wait for our answer, it is not a tunnel's.
        guard let takeover = self.takeover, self.watched.requests == 0, !self.watched.isReading,
            self.watched.lastByte == UInt8(ascii: "\n")
        else { return false }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let isTaken = takeover(head, context.channel) { error in
            let (watch, context) = loopBound.value
            watch.refuse(error, requestID: head.headers.first(name: "X-Request-Id"), context: context)
        }
        if isTaken {
            self.isTaken = true
            self.watched.detached()
        }
        return isTaken
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200 && !self.isLast.isEmpty:
            if head.headers[canonicalForm: "connection"].contains("close") { self.isLast[0] = true }
            if self.isLast[0] { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .end where !self.isLast.isEmpty:
            let isLast = self.isLast.removeFirst()
            self.watched.answered()
            if isLast {
                self.writeLast(context: context, data: data, promise: promise)
            } else {
                context.write(data, promise: promise)
            }
        default:
            context.write(data, promise: promise)
        }
    }

    private func writeLast(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let written = promise ?? context.eventLoop.makePromise()
        // Closed at once, with bytes unread, the system would throw away what the peer has not read yet.
        let mode: CloseMode = self.watched.isReading ? .output : .all
        if mode == .output { self.watched.lingers() }
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(mode: mode, promise: nil) }
        context.writeAndFlush(data, promise: written)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, self.watched.requests == 0, !self.isTaken else {
            return context.fireErrorCaught(error)
        }
        let refusal =
            switch error as? HTTPParserError {
            case .headerOverflow: KezError(.badRequest, "The headers are too large.", status: 431)
            default: KezError(.badRequest, "This is not an HTTP request.")
            }
        self.isTaken = true
        self.refuse(refusal, requestID: nil, context: context)
    }

    /// Answers instead of the application, and closes.
    private func refuse(_ error: KezError, requestID: String?, context: ChannelHandlerContext) {
        let reply = Reply(error)
        var headers = HTTPHeaders()
        for field in reply.headers where field.name != .connection {
            headers.add(name: field.name.rawName, value: field.value)
        }
        headers.add(name: "Content-Length", value: "\(error.body.count)")
        headers.add(name: "Connection", value: "close")
        for (name, value) in CommonHeaders.all(requestID: RequestID.of(requestID), on: self.listener) {
            headers.add(name: name.rawName, value: value)
        }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: error.status), headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: error.body)))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        self.watched.lingers()
        written.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
    }
}
