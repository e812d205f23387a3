package import KezCore
/// Why a call failed, in words for a person and a code for a program.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The protocol's machine code, for example `handle_taken` or `unavailable`.
    public let code: String
    public let message: String
    /// As HTTP has it; 0 when no server said it.
    public let status: Int

    public init(code: String, message: String, status: Int = 0) {
        self.code = code
        self.message = message
        self.status = status
    }

    package init(_ error: KezError) {
        self.init(code: error.code.rawValue, message: error.message, status: error.status)
    }

    /// Whether the same call may succeed a little later.
    public var isRetriable: Bool { self.status == 503 || self.status == 429 }
    public var description: String { "\(self.message) (\(self.code))" }
}
