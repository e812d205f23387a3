import HTTPTypes
import HummingbirdCore
import KezCore

/// An HTTP answer before the headers that every answer has.
struct Reply: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Written as it comes; the connection closes after it.
        case stream(@Sendable (_ writer: inout any ResponseBodyWriter, _ body: RequestBody) async throws -> Void)
    }

    var status: Int
    var headers: HTTPFields
    var body: Body

    init(status: Int = 200, type: String, _ body: [UInt8], headers: HTTPFields = [:]) {
        self.status = status
        self.headers = headers
        self.headers[.contentType] = type
        self.body = .bytes(body)
    }

    init(status: Int, headers: HTTPFields = [:]) {
        self.status = status
        self.headers = headers
        self.body = .bytes([])
    }

    /// A JSON text, not to be kept by caches: names change hands, inboxes grow.
    static func json(_ body: [UInt8], status: Int = 200, type: String = "application/json") -> Reply {
        Reply(status: status, type: type, body, headers: [.cacheControl: "no-store"])
    }

    /// The answer of a refusal.
    init(_ error: KezError) {
        self = .json(error.body, status: error.status)
        if let seconds = error.retryAfter ?? (error.status == 429 ? 1 : nil) {
            self.headers[.retryAfter] = String(seconds)
        }
        // The rest of a body that is too large is not worth reading.
        if error.code == .tooLarge { self.headers[.connection] = "close" }
    }
}

extension ErrorCode {
    /// `GET /nats` by somebody who does not open a WebSocket.
    static let upgradeRequired = ErrorCode(rawValue: "upgrade_required")
}
