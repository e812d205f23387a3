/// Which listener a request came to.
enum Listener: Sendable {
    case `public`, `internal`, sigchain
}

/// What a path stands for. Decided by the path alone: a wrong method is told whoever asks.
///
/// Source: protocol, section 4.
enum Route: Equatable, Sendable {
    case health, config, register, release, messages, webfinger, natsAuth, tunnel
    case user(String)
    case byPrimary(String)
    case inbox(String)
    case inboxStream(String)
    case account(String)
    case sigchain(String)
    /// The web client: the path's parts, decoded.
    case web([String])
    case metrics, live, ready

    /// - Returns: nil for an unknown path.
    init?(_ target: RequestTarget, on listener: Listener) {
        guard let segments = target.segments, let route = Self.route(segments, on: listener) else { return nil }
        self = route
    }

    private static func route(_ segments: [String], on listener: Listener) -> Route? {
        switch listener {
        case .public: self.publicRoute(segments)
        case .internal:
            switch segments {
            case ["metrics"]: .metrics
            case ["livez"]: .live
            case ["readyz"]: .ready
            case ["internal", "nats", "auth"]: .natsAuth
            default: nil
            }
        case .sigchain:
            switch segments {
            case ["v1", "healthz"]: .health
            default: self.sigchainRoute(segments)
            }
        }
    }

    private static func publicRoute(_ segments: [String]) -> Route? {
        guard ["v1", "internal", ".well-known", "nats"].contains(segments.first) else { return .web(segments) }
        switch segments {
        case ["v1", "healthz"]: return .health
        case ["v1", "config"]: return .config
        case ["v1", "register"]: return .register
        case ["v1", "release"]: return .release
        case ["v1", "messages"]: return .messages
        case [".well-known", "webfinger"]: return .webfinger
        case ["internal", "nats", "auth"]: return .natsAuth
        case ["nats"]: return .tunnel
        default: break
        }
        guard segments.count >= 3, segments[0] == "v1", !segments[2].isEmpty else { return nil }
        switch (segments[1], segments.count) {
        case ("u", 3): return .user(segments[2])
        case ("by-primary", 3): return .byPrimary(segments[2])
        case ("account", 3): return .account(segments[2])
        case ("inbox", 3): return .inbox(segments[2])
        case ("inbox", 4) where segments[3] == "stream": return .inboxStream(segments[2])
        default: return self.sigchainRoute(segments)
        }
    }

    private static func sigchainRoute(_ segments: [String]) -> Route? {
        guard segments.count == 4, segments.starts(with: ["v1", "sigchains", "ed25519"]), !segments[3].isEmpty else {
            return nil
        }
        return .sigchain(segments[3])
    }

    /// What the path takes, beside OPTIONS; HEAD works where GET does.
    var methods: [String] {
        switch self {
        case .register, .release, .messages, .natsAuth: ["POST"]
        case .sigchain: ["GET", "HEAD", "POST"]
        default: ["GET", "HEAD"]
        }
    }

    /// The Allow header.
    var allow: String { (self.methods + ["OPTIONS"]).joined(separator: ", ") }

    /// The most bytes of its body; nil when a body means nothing.
    enum BodyLimit: Sendable {
        case none, signed, message, link, authorization
    }

    var bodyLimit: BodyLimit {
        switch self {
        case .register, .release: .signed
        case .messages: .message
        case .sigchain: .link
        case .natsAuth: .authorization
        default: .none
        }
    }

    /// What metrics call it.
    var name: String {
        switch self {
        case .health: "healthz"
        case .config: "config"
        case .register: "register"
        case .release: "release"
        case .messages: "messages"
        case .webfinger: "webfinger"
        case .natsAuth: "nats-auth"
        case .tunnel: "nats"
        case .user: "user"
        case .byPrimary: "by-primary"
        case .inbox: "inbox"
        case .inboxStream: "inbox-stream"
        case .account: "account"
        case .sigchain: "sigchain"
        case .web: "web"
        case .metrics: "metrics"
        case .live: "livez"
        case .ready: "readyz"
        }
    }
}
