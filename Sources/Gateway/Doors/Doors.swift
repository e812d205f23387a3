import HTTPTypes
import KezCore
import KezRuntime
import Logging

/// Every call of the HTTP API, each a door onto the subjects behind it. No rule of the domain is decided here.
///
/// Source: protocol, section 4.
struct Doors: Sendable {
    /// Bytes of the body of `/internal/nats/auth`: a request of the broker, in JSON.
    static let authorizationBytes = 64 * 1024

    let configuration: GatewayConfiguration
    let registry: RegistryDoor
    let messages: MessageDoor
    let inbox: InboxDoor
    let stream: InboxStreamDoor
    let account: AccountDoor
    let health: HealthDoor
    let authorization: AuthorizationDoor
    let web: WebDoor
    let metrics: @Sendable () -> String

    func answer(_ request: IncomingRequest, _ route: Route, on listener: Listener) async throws(KezError) -> Reply {
        switch route {
        case .health: await self.health.report()
        case .live: self.health.live()
        case .ready: self.health.ready()
        case .metrics: Reply(type: "text/plain; version=0.0.4; charset=utf-8", Array(self.metrics().utf8))
        case .config: self.config(request)
        case .user(let name): try await self.registry.user(name, request)
        case .byPrimary(let key): try await self.registry.user(primary: key, request)
        case .register: try await self.registry.register(request, atMost: self.limit(of: route))
        case .release: try await self.registry.release(request, atMost: self.limit(of: route))
        case .webfinger: try await self.registry.webfinger(request)
        case .sigchain(let key):
            if request.method == "POST" {
                try await self.registry.append(to: key, request, atMost: self.limit(of: route))
            } else {
                try await self.registry.sigchain(key, request)
            }
        case .messages: try await self.messages.post(request, atMost: self.limit(of: route))
        case .inbox(let name): try await self.inbox.list(name, request)
        case .inboxStream(let name): try await self.stream.open(name, request)
        case .account(let name): try await self.account.status(name, request)
        case .natsAuth:
            try await self.authorization.decide(request, on: listener, atMost: self.limit(of: route))
        case .tunnel: self.notATunnel()
        case .web(let path): try await self.web.page(path, request)
        }
    }

    /// The most bytes of a body, by the route.
    func limit(of route: Route) -> Int {
        switch route.bodyLimit {
        case .none: 0
        case .signed: self.configuration.limits.signedBodyBytes
        case .message: self.configuration.limits.bodyBytes
        case .link: Limits.linkBytes
        case .authorization: Self.authorizationBytes
        }
    }

    private func config(_ request: IncomingRequest) -> Reply {
        let configuration = self.configuration
        let host = request.host ?? configuration.server.text
        let scheme = request.isSecure ? "wss" : "ws"
        return .json(
            ServiceConfig(
                server: configuration.server, serverTime: configuration.clock.now(), limits: configuration.limits,
                nats: configuration.publicNATSURL ?? "\(scheme)://\(host)/nats", features: self.features,
                registration: configuration.registration.rawValue
            ).bytes)
    }

    /// What a caller finds here: calls that this operator has closed are none.
    private var features: [String] {
        var features = ["release", "messages", "inbox", "stream", "account", "sigchain", "webfinger", "nats"]
        if self.configuration.registration != .closed { features.append("register") }
        if self.configuration.registration == .invite { features.append("invites") }
        if self.configuration.anonymous == .allow { features.append("anonymous") }
        return features.sorted()
    }

    /// Whoever opens a tunnel is taken over before this; the others learn what the path is for.
    private func notATunnel() -> Reply {
        var reply = Reply(
            KezError(
                .upgradeRequired, "This is the door to the broker: open a WebSocket here, on a connection of its own.",
                status: 426))
        reply.headers[.upgrade] = "websocket"
        return reply
    }
}
