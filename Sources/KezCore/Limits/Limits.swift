/// The numbers that bound what a server takes; each is an option, and `/v1/config` names them.
///
/// Source: protocol, section 9.
package struct Limits: Sendable, Equatable {
    /// Levels of nesting in an envelope.
    package static let envelopeDepth = 24
    /// Levels of nesting in any other JSON.
    package static let bodyDepth = 32
    /// Messages a page of the inbox holds when the caller names no number, and at the most.
    package static let defaultPage = 100
    package static let maximumPage = 500
    /// Bytes of a page of the inbox: an answer stays below the broker's 1 MiB.
    package static let pageBytes = 900 * 1024
    /// Bytes of one link, and links of one chain.
    package static let linkBytes = 16 * 1024
    package static let chainLinks = 1000
    /// Devices of one chain at a time.
    package static let chainDevices = 32
    /// How far an envelope's time may be from the server's.
    package static let timestampWindow: Duration = .seconds(300)
    /// How far the time of an X-KEZ-Auth header may be from the server's.
    package static let authWindow: Duration = .seconds(60)
    /// How long a released handle stays closed to other keys.
    package static let handleClosure: Duration = .seconds(90 * 86_400)
    /// How long the log knows a message it has seen (`Nats-Msg-Id`).
    package static let duplicateWindow: Duration = .seconds(120)

    /// Bytes of one envelope.
    package var envelopeBytes = 262_144
    /// Bytes of a request's body.
    package var bodyBytes = 524_288
    /// Bytes of a registration or release.
    package var signedBodyBytes = 16 * 1024
    /// Bytes of a message's headers.
    package var headerBytes = 1024
    /// How long the log keeps a message.
    package var retention: Duration = .seconds(14 * 86_400)
    /// Messages, and bytes, that one recipient's inbox holds before HTTP senders get `inbox_full`.
    package var inboxMessages = 100_000
    package var inboxBytes = 1 << 30
    /// Messages stored from one sender to one recipient: the broker's own limit a subject.
    package var pairMessages = 100_000
    /// Anonymous messages stored for one recipient.
    package var anonymousStored = 100
    /// Bytes on disk of one shard's log; nil leaves it to the disk.
    package var logBytes: Int?
    /// Connections of one key; nil for no limit.
    package var connections: Int? = 16
    /// Bytes a day through the tunnel, a key; nil for no limit.
    package var tunnelDayBytes: Int? = 1 << 30

    /// Sends of one key to keys nobody registered, within an hour, that suspend it; nil never does.
    package var suspendUnregistered: Int? = 100
    /// How many times a budget a key must ask for within one minute to be suspended; nil never does.
    package var suspendFactor: Int? = 10

    /// Registrations of one address.
    package var registrations = TokenBucketLimit(burst: 10, perSecond: 0.17)
    /// Anonymous messages of one address.
    package var anonymous = TokenBucketLimit(burst: 60, perSecond: 1)
    /// HTTP requests of one address.
    package var http = TokenBucketLimit(burst: 600, perSecond: 60)
    /// Bytes, and protocol lines, through the tunnel, of one key or address.
    package var tunnelBytes = TokenBucketLimit(burst: 16 * 1_048_576, perSecond: 1_048_576)
    package var tunnelLines = TokenBucketLimit(burst: 2000, perSecond: 200)
    /// Searches of one key.
    package var searches = TokenBucketLimit(burst: 60, perSecond: 60.0 / 3600)

    package init() {}

    /// The number of messages of a page for what the caller asked: 100 when absent, 1…500 otherwise.
    package static func page(_ asked: Int64?) -> Int {
        guard let asked else { return self.defaultPage }
        return Int(min(max(asked, 1), Int64(self.maximumPage)))
    }
}
