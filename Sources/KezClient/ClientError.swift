package import KezCore

/// Why a call failed, in words for a person and a code for a program.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The protocol's machine code, for example `handle_taken` or `unavailable`.
    public let code: String
    public let message: String
    /// As HTTP has it; 0 when no server said it.
    public let status: Int
    /// Why the key is suspended, with the code `suspended`.
    public let reason: String?
    /// When the suspension ends, RFC 3339; nil for one without an end.
    public let until: String?

    public init(code: String, message: String, status: Int = 0, reason: String? = nil, until: String? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.reason = reason
        self.until = until
    }

    package init(_ error: KezError) {
        guard error.code == .suspended else {
            self.init(code: error.code.rawValue, message: error.message, status: error.status)
            return
        }
        let (reason, until) = (error["reason"]?.string, error["until"]?.string)
        // Whatever the server's sentence is, the person reads why and until when.
        let isTold = reason.map(error.message.contains) ?? true && until.map(error.message.contains) ?? true
        let sentence = SuspensionSentence.text(reason: reason, until: until.flatMap { Timestamp($0) })
        self.init(
            code: error.code.rawValue, message: isTold ? error.message : sentence, status: error.status, reason: reason,
            until: until)
    }

    /// Whether the same call may succeed a little later.
    public var isRetriable: Bool { self.status == 503 || self.status == 429 }
    public var description: String { "\(self.message) (\(self.code))" }
}
