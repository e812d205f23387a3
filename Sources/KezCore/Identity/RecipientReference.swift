/// Whom a caller means: `handle`, `handle@server`, or a primary.
///
/// Source: protocol, section 4 (`POST /v1/messages`).
package enum RecipientReference: Hashable, Sendable, CustomStringConvertible {
    case handle(Handle)
    case fullHandle(FullHandle)
    case primary(Primary)

    /// - Returns: nil when `text` is none of the three. No text is two of them: a handle is shorter than a key.
    package init?(_ text: some StringProtocol) {
        if let primary = Primary(textOrHex: text) {
            self = .primary(primary)
        } else if let full = FullHandle(text) {
            self = .fullHandle(full)
        } else if let handle = Handle(text) {
            self = .handle(handle)
        } else {
            return nil
        }
    }

    /// The handle to look up on `server`; nil for a primary, and for a handle of another server.
    package func handle(on server: ServerName) -> Handle? {
        switch self {
        case .handle(let handle): handle
        case .fullHandle(let full): full.server == server ? full.handle : nil
        case .primary: nil
        }
    }

    package var description: String {
        switch self {
        case .handle(let handle): handle.text
        case .fullHandle(let full): full.text
        case .primary(let primary): primary.text
        }
    }
}
