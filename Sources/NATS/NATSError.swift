/// What went wrong between us and the broker. Carries the operation, never payloads or keys.
package struct NATSError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// No answer before the deadline.
        case timeout
        /// Nobody listens on the subject (status 503 without a body).
        case noResponders
        /// The connection is down at this moment; it reconnects by itself.
        case disconnected
        /// The connection was closed by us and stays so.
        case closed
        /// The server refused our credentials.
        case authorization
        /// The server's nonce is not one that may be signed.
        case hostileNonce
        /// The payload and headers exceed the server's `max_payload`.
        case maximumPayload
        /// Too many bytes wait to be written: publish slower.
        case outboundFull
        /// A subject, header or option that cannot be sent.
        case invalid
        /// An answer that is not what the protocol says.
        case badReply
        /// The calling task was cancelled.
        case cancelled
        /// An error of the JetStream API or of a publish into a stream.
        case jetStream(JetStreamErrorCode, status: Int)
        /// An error reply of an ADR-32 service; `status` is its `Nats-Service-Error-Code`.
        case service(status: Int)
        /// Any other status of libnats (`natsStatus`).
        case library(Int)
    }

    package let kind: Kind
    /// What was being done, for people: "connect", "publish", "stream info".
    package let operation: String
    /// What the server or the library said, when it said something.
    package let detail: String?

    package init(_ kind: Kind, operation: String, detail: String? = nil) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
    }

    /// Whether the same call may succeed a little later.
    package var isRetriable: Bool {
        switch self.kind {
        case .timeout, .noResponders, .disconnected, .outboundFull: true
        case .jetStream(let code, let status): status == 503 || code.isRetriable
        case .service(let status): status == 503 || status == 429
        case .closed, .authorization, .hostileNonce, .maximumPayload, .invalid, .badReply, .cancelled, .library: false
        }
    }

    package var description: String {
        let reason =
            switch self.kind {
            case .timeout: "no answer in time"
            case .noResponders: "nobody answers on this subject"
            case .disconnected: "not connected to the broker"
            case .closed: "the connection is closed"
            case .authorization: "the broker refused the credentials"
            case .hostileNonce: "the broker asked to sign something that is not a nonce"
            case .maximumPayload: "larger than the broker's maximum payload"
            case .outboundFull: "too much is waiting to be written"
            case .invalid: "not a valid subject, header or option"
            case .badReply: "the answer could not be understood"
            case .cancelled: "cancelled"
            case .jetStream(let code, _): "JetStream error \(code.rawValue)"
            case .service(let status): "service error \(status)"
            case .library(let status): "libnats status \(status)"
            }
        return "\(self.operation): \(reason)" + (self.detail.map { " (\($0))" } ?? "")
    }
}

/// `err_code` of a JetStream error; codes that have no name here survive as numbers.
///
/// Source: nats-server, `errors.json`.
package struct JetStreamErrorCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let notEnabled = Self(rawValue: 10076)
    package static let temporarilyUnavailable = Self(rawValue: 10008)
    package static let consumerNotFound = Self(rawValue: 10014)
    package static let consumerExists = Self(rawValue: 10148)
    package static let badConfiguration = Self(rawValue: 10052)
    package static let messageNotFound = Self(rawValue: 10037)
    package static let streamNotFound = Self(rawValue: 10059)
    package static let streamNameInUse = Self(rawValue: 10058)
    package static let otherStreamExpected = Self(rawValue: 10060)
    package static let wrongLastMessageID = Self(rawValue: 10070)
    package static let wrongLastSequence = Self(rawValue: 10071)
    /// What the loser of a race gets instead of `wrongLastSequence` in a replicated stream.
    package static let wrongLastSequenceConstant = Self(rawValue: 10164)
    package static let messageTooLarge = Self(rawValue: 10054)
    /// The stream or the subject is full and new messages are refused.
    package static let full = Self(rawValue: 10077)
    package static let rollupNotPermitted = Self(rawValue: 10111)
    package static let unknownField = Self(rawValue: 10025)
    package static let insufficientResources = Self(rawValue: 10023)
    package static let noQuorum = Self(rawValue: 10004)

    /// Whether somebody else wrote first: read on and decide again.
    package var isLostRace: Bool { self == .wrongLastSequence || self == .wrongLastSequenceConstant }

    var isRetriable: Bool { self == .temporarilyUnavailable || self == .noQuorum }
}
