/// Why the tunnel closes a connection: what a client sent, or did not do.
enum TunnelViolation: String, Error, Equatable, Sendable, CaseIterable {
    /// No WebSocket frame that a client may send: unmasked, reserved bits, a bad length, out of order.
    case badFrame = "bad_frame"
    /// No line of the NATS protocol that a client may send.
    case badLine = "bad_line"
    case longLine = "long_line"
    case headersTooLarge = "headers_too_large"
    /// A CONNECT that does not name one key beyond doubt, or a second one.
    case badLogin = "bad_login"
    case tooManyConnections = "too_many_connections"
    case idle = "idle"

    /// Source: RFC 6455, section 7.4.1.
    var closeCode: UInt16 {
        switch self {
        case .badFrame: 1002
        case .headersTooLarge, .longLine: 1009
        case .badLine, .badLogin, .tooManyConnections: 1008
        case .idle: 1001
        }
    }

    /// At most 123 bytes: it must fit a close frame. Without quotes: it stands in an `-ERR` line.
    var reason: String {
        switch self {
        case .badFrame: "this is no WebSocket frame that a client may send"
        case .badLine: "this is no NATS protocol line that a client may send"
        case .longLine: "the protocol line is too long"
        case .headersTooLarge: "the headers of a message are too large; see header_bytes in /v1/config"
        case .badLogin: "a connection has one CONNECT, which names one nkey"
        case .tooManyConnections: "this key has too many connections; close one and try again"
        case .idle: "nothing was heard from the client for too long"
        }
    }

    /// What the client gets before the connection closes: an `-ERR` line for NATS clients, and a close frame with
    /// code and reason for browsers. Two unmasked frames, as a server sends them.
    var farewell: [UInt8] {
        let line = [UInt8]("-ERR '\(self.reason)'\r\n".utf8)
        let close = [UInt8(self.closeCode >> 8), UInt8(self.closeCode & 0xFF)] + [UInt8](self.reason.utf8)
        return [0x82, UInt8(line.count)] + line + [0x88, UInt8(close.count)] + close
    }
}
