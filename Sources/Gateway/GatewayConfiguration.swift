package import KezCore
package import KezRuntime
package import NKeys

/// Whether messages without a sender are taken at all; each recipient can refuse them too.
package enum AnonymousPolicy: String, Sendable, CaseIterable {
    case allow, deny
}

/// What the gateway is told at its start.
package struct GatewayConfiguration: Sendable {
    package var server: ServerName
    /// The public listener.
    package var bind: SocketAddressSetting
    /// The internal one, which trusts who reaches it.
    package var internalBind: SocketAddressSetting
    /// A listener for sigchains alone; nil for none.
    package var sigchainBind: SocketAddressSetting?
    /// The web client's folder; nil shows a page that says how to set it.
    package var webFolder: String?
    package var broker: BrokerSettings
    package var pair: NKeyPair
    package var limits: Limits
    /// The broker's WebSocket listener, which the tunnel dials.
    package var brokerWebSocket: SocketAddressSetting
    /// What `/v1/config` tells instead of `ws(s)://<the request's host>/nats`.
    package var publicNATSURL: String?
    /// Bearer token of `/internal/nats/auth` on the public listener; empty closes that door.
    package var internalToken: String
    package var anonymous: AnonymousPolicy
    /// What `/v1/config` tells of registration; the registry decides.
    package var registration: RegistrationMode
    /// Whose X-Forwarded-For is believed.
    package var trustedProxies: [TrustedProxy]
    /// Whose web pages may open a tunnel.
    package var allowedOrigins: AllowedOrigins
    package var clock: WallClock
    /// A monotonic clock, counted from any origin, by which budgets refill.
    package var ticks: @Sendable () -> Duration
    /// Bounds and times that are no limits of the protocol.
    package var tuning: GatewayTuning

    package init(
        server: ServerName, bind: SocketAddressSetting = .init(host: "0.0.0.0", port: 6969),
        internalBind: SocketAddressSetting = .init(host: "127.0.0.1", port: 6970),
        sigchainBind: SocketAddressSetting? = .init(host: "0.0.0.0", port: 7878),
        webFolder: String? = nil, broker: BrokerSettings,
        pair: NKeyPair, limits: Limits = Limits(),
        brokerWebSocket: SocketAddressSetting = .init(host: "127.0.0.1", port: 8443), publicNATSURL: String? = nil,
        internalToken: String = "", anonymous: AnonymousPolicy = .allow, registration: RegistrationMode = .open,
        trustedProxies: [TrustedProxy] = [], allowedOrigins: AllowedOrigins = .own,
        clock: WallClock = .system, ticks: @escaping @Sendable () -> Duration = Self.systemTicks,
        tuning: GatewayTuning = GatewayTuning()
    ) {
        self.server = server
        self.bind = bind
        self.internalBind = internalBind
        self.sigchainBind = sigchainBind
        self.webFolder = webFolder
        self.broker = broker
        self.pair = pair
        self.limits = limits
        self.brokerWebSocket = brokerWebSocket
        self.publicNATSURL = publicNATSURL
        self.internalToken = internalToken
        self.anonymous = anonymous
        self.registration = registration
        self.trustedProxies = trustedProxies
        self.allowedOrigins = allowedOrigins
        self.clock = clock
        self.ticks = ticks
        self.tuning = tuning
    }

    private static let origin = ContinuousClock.now

    /// The system's monotonic clock.
    package static let systemTicks: @Sendable () -> Duration = { ContinuousClock.now - Self.origin }
}

/// The gateway's own bounds and times.
package struct GatewayTuning: Sendable {
    /// Connections of one listener; more wait in the system's queue.
    package var connections = 16_384
    /// Connections of one address on the public listener and the sigchain port together. A trusted proxy stands for
    /// many, and has no such limit.
    package var connectionsPerAddress = 512
    /// Beyond them so many more get an answer that says so, if they ask within this long; the rest is closed.
    package var connectionsTold = 64
    package var toldTimeout: Duration = .seconds(2)
    /// From the connection, or the first byte of a request, to the end of its head.
    package var headTimeout: Duration = .seconds(10)
    /// From the head to the end of the body.
    package var bodyTimeout: Duration = .seconds(60)
    /// A body must grow by so many bytes within each such time, or end.
    package var bodyProgress: Duration = .seconds(10)
    package var bodyProgressBytes = 1024
    /// How long a 429 is kept back, and of how many callers at a time.
    package var refusalPause: Duration = .seconds(2)
    package var refusalsHeld = 1024
    /// Between two requests of one connection.
    package var idleTimeout: Duration = .seconds(75)
    /// How long a peer may take nothing of what is sent to it.
    package var writeTimeout: Duration = .seconds(60)
    /// Bytes of all the headers of a request, and of one; how many.
    package var headerListBytes = 32 * 1024
    package var headerFieldBytes = 16 * 1024
    package var headerFields = 100
    /// How long one HTTP answer may take, everything behind it included.
    package var answerTimeout: Duration = .milliseconds(4_300)
    /// Between two comments of an event stream, and until its end.
    package var streamComment: Duration = .seconds(15)
    package var streamLifetime: Duration = .seconds(15 * 60)
    /// Event streams of one key, and of the gateway.
    package var streamsPerKey = 16
    package var streams = 8_192
    /// Tunnels of one address, and of the gateway.
    package var tunnelsPerAddress = 256
    package var tunnels = 8_192
    /// An address may be a school: its tunnels together have this many times the budget of one key.
    package var tunnelAddressFactor = 8.0
    /// How long a tunnel's client may say nothing, and take nothing; how long it gets to read why it is closed.
    package var tunnelSilence: Duration = .seconds(100)
    package var tunnelStall: Duration = .seconds(30)
    package var tunnelLinger: Duration = .seconds(2)
    /// Keys whose budget is remembered.
    package var keyTable = 100_000
    /// Addresses whose budget is remembered, and users.
    package var addressTable = 200_000
    package var userTable = 10_000
    /// How long what the registry said is believed without an event to the contrary.
    package var userLifetime: Duration = .seconds(10)
    /// How long a recipient's count of messages is believed, and counted on.
    package var quotaLifetime: Duration = .seconds(5)
    /// Keys whose demand is counted in one minute; how often is looked whether one is to be reported.
    package var demandTable = 50_000
    package var reportInterval: Duration = .seconds(5)
    /// How long a report of health is shown again.
    package var healthLifetime: Duration = .seconds(1)

    package init() {}
}

/// The ports that were bound.
package struct GatewayAddresses: Sendable, Equatable {
    package let publicPort: Int
    package let internalPort: Int
    package let sigchainPort: Int?
}
