import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// One connection: Hummingbird's HTTP, with a guard before it and a watch behind its decoder.
struct GatewayChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let listener: Listener
    private let tuning: GatewayTuning
    private let tunnels: TunnelDoor?

    /// - Parameter tunnels: nil where there is no tunnel.
    init(
        on listener: Listener, tuning: GatewayTuning, tunnels: TunnelDoor?,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.listener = listener
        self.tuning = tuning
        self.tunnels = tunnels
        self.http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: tuning.headerFieldBytes, maxHeaderListSize: tuning.headerListBytes,
                    maxHeaderFieldCount: tuning.headerFields)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (listener, tuning, tunnels) = (self.listener, self.tuning, self.tunnels)
        return self.http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let watched = ConnectionGuard(
                times: .init(head: tuning.headTimeout, body: tuning.bodyTimeout, idle: tuning.idleTimeout),
                writeTimeout: tuning.writeTimeout)
            let takeover: RequestWatch.Takeover? = tunnels.map { tunnels in
                { head, channel, refuse in tunnels.takeOver(head, channel: channel, refuse: refuse) }
            }
            try pipeline.addHandler(RequestWatch(watched, on: listener, takeover: takeover), position: .after(decoder))
            try pipeline.addHandler(watched, position: .first)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await self.http.handle(value: value, logger: logger)
    }
}
