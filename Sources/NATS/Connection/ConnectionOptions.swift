package import NKeys

/// How to reach the broker and who we are.
package struct ConnectionOptions: Sendable {
    package enum Credentials: Sendable {
        case none
        /// Signs the server's nonce, after checking that it is one (see `NoncePolicy`).
        case nkey(NKeyPair)
        case password(user: String, password: String)
    }

    package struct TLS: Sendable {
        /// PEM file of the authorities to trust; nil takes the system's.
        package var certificateAuthorities: String?
        /// Name that the certificate must carry; nil takes the URL's host.
        package var serverName: String?

        package init(certificateAuthorities: String? = nil, serverName: String? = nil) {
            self.certificateAuthorities = certificateAuthorities
            self.serverName = serverName
        }
    }

    /// `nats://host:port`, tried in random order.
    package var servers: [String]
    /// What `connz` shows.
    package var name: String
    package var credentials: Credentials
    /// Nil speaks plain TCP unless the URL says `tls://`.
    package var tls: TLS?
    /// Subjects of replies begin with it; the holder of the credentials must be allowed to subscribe below it.
    package var inboxPrefix: String
    /// Deadline of one attempt to connect.
    package var connectTimeout: Duration
    /// Between attempts to reconnect: full jitter below a limit that doubles from `base` to `cap`.
    package var reconnect: Backoff
    /// A dead connection is noticed after two unanswered pings.
    package var pingInterval: Duration
    /// Bytes that may wait to be written before a publish is refused.
    package var maximumOutboundBytes: Int

    package init(
        servers: [String], name: String, credentials: Credentials = .none, tls: TLS? = nil,
        inboxPrefix: String = "_INBOX", connectTimeout: Duration = .seconds(5), reconnect: Backoff = Backoff(),
        pingInterval: Duration = .seconds(20), maximumOutboundBytes: Int = 16 << 20
    ) {
        self.servers = servers
        self.name = name
        self.credentials = credentials
        self.tls = tls
        self.inboxPrefix = inboxPrefix
        self.connectTimeout = connectTimeout
        self.reconnect = reconnect
        self.pingInterval = pingInterval
        self.maximumOutboundBytes = maximumOutboundBytes
    }
}

/// Delays between attempts: full jitter, so that ten thousand clients do not come back at once.
package struct Backoff: Sendable {
    package var base: Duration
    package var cap: Duration

    package init(base: Duration = .milliseconds(100), cap: Duration = .seconds(5)) {
        self.base = base
        self.cap = cap
    }

    /// The delay before `attempt` (0 is the first): uniform between a twentieth of the limit and the limit.
    package func delay(
        attempt: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let limit = min(self.cap, self.base * (1 << min(max(attempt, 0), 16)))
        return limit * Double.random(in: 0.05...1, using: &generator)
    }

    package func delay(attempt: Int) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return self.delay(attempt: attempt, using: &generator)
    }
}

/// Which nonces a key signs. A server chooses the nonce, and the same key may sign other things; what is
/// signed here can never be mistaken for JSON or for a text with line breaks.
package enum NoncePolicy {
    /// Whether `nonce` matches `^[A-Za-z0-9_-]{8,64}$`.
    package static func mayBeSigned(_ nonce: [UInt8]) -> Bool {
        (8...64).contains(nonce.count)
            && nonce.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// What happens to a connection.
package enum ConnectionEvent: Equatable, Sendable {
    /// Connected; `isReconnect` is false the first time.
    case connected(isReconnect: Bool)
    /// Lost the broker; attempts to reconnect follow.
    case disconnected(NATSError?)
    /// An attempt failed; the next one follows after a delay.
    case reconnectFailed(NATSError)
    /// The server refused a publish or subscription; its own words.
    case permissionViolation(String)
    /// A subscription's buffer was full and messages were lost.
    case slowConsumer(subject: String, lost: Int)
    /// Closed by us; nothing follows.
    case closed
}
