import HTTPTypes
import KezCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// `GET /nats`: the public door to the broker, a tunnel to its WebSocket listener.
///
/// The client's handshake is passed on and the broker's own answer returned; then the client's bytes pass as fast as
/// the budgets of its key and address allow.
///
/// Source: protocol, section 4; design, correctness rule 8.
struct TunnelDoor: Sendable {
    private static let dialTimeout: TimeAmount = .seconds(2)
    private static let handshakeTimeout: TimeAmount = .seconds(2)
    private static let receiveBuffer: SocketOptionValue = 256 * 1024

    private let configuration: GatewayConfiguration
    private let budgets: AddressBudgets
    private let tunnels: ConcurrencyCount<IPAddress?>
    private let flows: TunnelBudgets
    private let tally: GatewayTally
    private let logger: Logger

    init(
        configuration: GatewayConfiguration, budgets: AddressBudgets, demand: DemandBook, tally: GatewayTally,
        logger: Logger
    ) {
        self.configuration = configuration
        self.budgets = budgets
        self.logger = logger
        self.tally = tally
        self.flows = TunnelBudgets(configuration, demand: demand, tally: tally)
        self.tunnels = ConcurrencyCount(
            perOwner: configuration.tuning.tunnelsPerAddress, total: configuration.tuning.tunnels,
            what: "connections to the broker", onChange: tally.tunnels)
    }

    /// How many are open.
    var count: Int { self.tunnels.count }

    /// Takes `channel` over if the request opens a tunnel. On the channel's event loop.
    ///
    /// - Parameter refuse: answers the request instead; called once at the most, on the event loop.
    /// - Returns: false when it is another request.
    func takeOver(
        _ head: HTTPRequestHead, channel: any Channel, refuse: @escaping (KezError) -> Void
    ) -> Bool {
        guard Route(RequestTarget(head.uri), on: .public) == .tunnel, let request = UpgradeRequest(head) else {
            return false
        }
        do throws(KezError) {
            let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
            let address = ClientAddress.of(
                peer: peer, forwarded: head.headers["X-Forwarded-For"], trusted: self.configuration.trustedProxies)
            try self.budgets.take(.http, for: address)
            try self.checkOrigin(head.headers, from: peer)
            let place = try self.tunnels.enter(address?.budgetKey)
            let flow = TunnelFlow(budgets: self.flows, address: address)
            try self.open(
                request, RequestID.of(head.headers.first(name: "X-Request-Id")), channel, place, flow, refuse)
        } catch {
            self.tally.tunnelRefused(error.code)
            // Behind the request's end, which is still on its way through the decoder.
            let refusal = NIOLoopBound((refuse, error), eventLoop: channel.eventLoop)
            channel.eventLoop.execute { refusal.value.0(refusal.value.1) }
        }
        return true
    }

    private func checkOrigin(_ headers: HTTPHeaders, from peer: IPAddress?) throws(KezError) {
        let hosts = ClientAddress.hosts(
            headers.first(name: "Host"), peer: peer, forwarded: headers["X-Forwarded-Host"],
            trusted: self.configuration.trustedProxies)
        guard self.configuration.allowedOrigins.allows(headers["Origin"], at: hosts) else {
            throw KezError(.forbidden, "Pages of this origin may not come in here; the operator can allow them.")
        }
    }

    private func open(
        _ request: UpgradeRequest, _ requestID: String, _ channel: any Channel,
        _ place: ConcurrencyCount<IPAddress?>.Place, _ flow: TunnelFlow, _ refuse: @escaping (KezError) -> Void
    ) throws(KezError) {
        // Held until the client's channel is closed, or refused.
        let client = TunnelEnd(onClose: { withExtendedLifetime(place) {} })
        do {
            try channel.syncOptions?.setOption(.autoRead, value: false)
            // One read at a time, and little that the system takes in advance: what is not read slows the client.
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try channel.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: Self.receiveBuffer)
            try channel.pipeline.syncOperations.addHandler(client, position: .first)
        } catch {
            throw KezError(.internalError)
        }
        let broker = TunnelEnd()
        let handshake = channel.eventLoop.makePromise(of: (head: [UInt8], rest: [UInt8]).self)
        let target = self.configuration.brokerWebSocket
        let text = request.text(host: target.description)
        let ends = NIOLoopBound((client, broker, flow, refuse), eventLoop: channel.eventLoop)
        ClientBootstrap(group: channel.eventLoop)
            .connectTimeout(Self.dialTimeout)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { upstream in
                upstream.eventLoop.makeCompletedFuture {
                    let first = UpstreamHandshake(
                        request: text, requestID: requestID, timeout: Self.handshakeTimeout, promise: handshake)
                    try upstream.pipeline.syncOperations.addHandler(first)
                }
            }
            .connect(host: target.host, port: target.port)
            .whenComplete { result in
                switch result {
                case .success(let upstream):
                    handshake.futureResult.whenComplete { outcome in
                        self.finish(outcome, channel, upstream, ends)
                    }
                case .failure(let error):
                    handshake.fail(error)
                    self.refuse(error, channel, ends)
                }
            }
    }

    private typealias Ends = NIOLoopBound<(TunnelEnd, TunnelEnd, TunnelFlow, (KezError) -> Void)>

    private func finish(
        _ outcome: Result<(head: [UInt8], rest: [UInt8]), any Error>, _ channel: any Channel, _ upstream: any Channel,
        _ ends: Ends
    ) {
        let (client, broker, flow, _) = ends.value
        do {
            let answer = try outcome.get()
            let first = try upstream.pipeline.syncOperations.handler(type: UpstreamHandshake.self)
            try upstream.pipeline.syncOperations.addHandler(broker)
            upstream.pipeline.syncOperations.removeHandler(first, promise: nil)
            guard channel.isActive else { return upstream.close(promise: nil) }
            client.write(ByteBuffer(bytes: answer.head))
            let tuning = self.configuration.tuning
            Tunnel.join(
                client, broker, first: ByteBuffer(bytes: answer.rest), flow: flow,
                times: TunnelTimes(
                    silence: tuning.tunnelSilence, stall: tuning.tunnelStall, linger: tuning.tunnelLinger),
                eventLoop: channel.eventLoop)
        } catch {
            upstream.close(promise: nil)
            self.refuse(error, channel, ends)
        }
    }

    private func refuse(_ cause: any Error, _ channel: any Channel, _ ends: Ends) {
        let (client, _, _, refuse) = ends.value
        let error: KezError
        if case UpstreamHandshake.Failure.refused(let status) = cause, 400..<500 ~= status {
            error = KezError(.badRequest, "The broker does not take this WebSocket handshake.")
        } else {
            self.logger.debug("the broker's WebSocket listener cannot be reached", metadata: ["error": "\(cause)"])
            error = KezError(.unavailable, "The broker cannot be reached; try again soon.")
        }
        self.tally.tunnelRefused(error.code)
        channel.pipeline.syncOperations.removeHandler(client, promise: nil)
        // What the peer does next, closing above all, is to be noticed again.
        try? channel.syncOptions?.setOption(.autoRead, value: true)
        refuse(error)
    }
}
