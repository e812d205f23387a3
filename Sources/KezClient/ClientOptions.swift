/// How to reach a server.
public struct ClientOptions: Sendable {
    /// Which of the server's doors carries the calls.
    public enum Door: Sendable {
        /// The broker itself: live without anything between.
        case nats
        /// The gateway's HTTP API.
        case http
    }

    /// Domain of the server, as it stands after the `@` of its users.
    public var server: String
    public var door: Door
    /// `nats://host:port`.
    public var nats: [String]
    /// PEM file of the authorities to trust, for `tls://` servers.
    public var natsCertificateAuthorities: String?
    /// Base URL of the HTTP API; registration goes through it by either door.
    public var http: String
    /// Deadline of one call.
    public var timeout: Duration
    /// How long a call is tried again while the server is away; repeating it is safe, a send included.
    public var retryBudget: Duration

    /// Age at which a connection to the broker is replaced by a new one, before its token ends.
    package var renewal: Duration = NATSDoor.renewal

    public init(
        server: String = "kez.lat", door: Door = .nats, nats: [String] = ["nats://127.0.0.1:4222"],
        natsCertificateAuthorities: String? = nil, http: String = "http://127.0.0.1:6969",
        timeout: Duration = .seconds(5), retryBudget: Duration = .seconds(15)
    ) {
        self.server = server
        self.door = door
        self.nats = nats
        self.natsCertificateAuthorities = natsCertificateAuthorities
        self.http = http
        self.timeout = timeout
        self.retryBudget = retryBudget
    }
}
