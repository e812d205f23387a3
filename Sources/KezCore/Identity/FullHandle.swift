/// A handle with its server, `handle@server`: the fully qualified name.
package struct FullHandle: Hashable, Sendable, CustomStringConvertible {
    package let handle: Handle
    package let server: ServerName

    package init(handle: Handle, server: ServerName) {
        self.handle = handle
        self.server = server
    }

    /// - Returns: nil unless `text` is a handle, one `@` and a server name.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let handle = Handle(parts[0]), let server = ServerName(parts[1]) else { return nil }
        self.init(handle: handle, server: server)
    }

    package var text: String { "\(self.handle.text)@\(self.server.text)" }
    package var description: String { self.text }
}
