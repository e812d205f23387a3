import HummingbirdCore
import KezCore
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
    private let seats: ConnectionSeats?
    private let tally: GatewayTally

    /// - Parameters:
    ///   - tunnels: nil where there is no tunnel.
    ///   - seats: nil where connections are not counted by address.
    init(
        on listener: Listener, tuning: GatewayTuning, tunnels: TunnelDoor?, seats: ConnectionSeats?,
        tally: GatewayTally, responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.listener = listener
        self.tuning = tuning
        self.tunnels = tunnels
        self.seats = seats
        self.tally = tally
        self.http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: tuning.headerFieldBytes, maxHeaderListSize: tuning.headerListBytes,
                    maxHeaderFieldCount: tuning.headerFields)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (listener, tuning, tunnels, tally) = (self.listener, self.tuning, self.tunnels, self.tally)
        let seat = self.seats?.take(channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }) ?? .taken(nil)
        if listener != .internal {
            tally.connections(1)
            channel.closeFuture.whenComplete { _ in tally.connections(-1) }
        }
        return self.http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            var (headTimeout, refusal, place) = (tuning.headTimeout, KezError?.none, ConnectionSeats.Count.Place?.none)
            switch seat {
            case .taken(let taken): place = taken
            case .refused(let taken):
                place = taken
                headTimeout = tuning.toldTimeout
                refusal = KezError(.rateLimited, "This address has too many connections; close some.", retryAfter: 5)
                tally.connectionRefused()
            case .none:
                tally.connectionRefused()
                // Not an error of the set-up: the listener would take it for its own.
                channel.eventLoop.execute { channel.close(promise: nil) }
            }
            let watched = ConnectionGuard(
                times: .init(
                    head: headTimeout, body: tuning.bodyTimeout, progress: tuning.bodyProgress,
                    progressBytes: tuning.bodyProgressBytes, idle: tuning.idleTimeout),
                writeTimeout: tuning.writeTimeout, place: place)
            let takeover: RequestWatch.Takeover? = tunnels.map { tunnels in
                { head, channel, refuse in tunnels.takeOver(head, channel: channel, refuse: refuse) }
            }
            try pipeline.addHandler(
                RequestWatch(watched, on: listener, takeover: takeover, refusal: refusal), position: .after(decoder))
            try pipeline.addHandler(watched, position: .first)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await self.http.handle(value: value, logger: logger)
    }
}
