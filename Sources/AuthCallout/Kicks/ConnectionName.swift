package import KezCore

/// What a person's connection is called in the broker: `handle@server`, and ` (suspended)` behind it when it may
/// only read.
///
/// The name is all of a callout's answer that `connz` shows and searches by; tags of the token do not appear there
/// (tried on nats-server 2.10.27 and 2.15.1), and the key is replaced by the name. So what a connection may do
/// stands in its name, and connections are found by it.
package struct ConnectionName: Hashable, Sendable, CustomStringConvertible {
    private static let mark = " (suspended)"

    package let handle: FullHandle
    package let isSuspended: Bool

    package init(_ handle: FullHandle, isSuspended: Bool) {
        self.handle = handle
        self.isSuspended = isSuspended
    }

    /// - Returns: nil for a name that no callout gave.
    package init?(_ text: some StringProtocol) {
        let isSuspended = text.hasSuffix(Self.mark)
        guard let handle = FullHandle(text.dropLast(isSuspended ? Self.mark.count : 0)) else { return nil }
        self.init(handle, isSuspended: isSuspended)
    }

    package var text: String { self.handle.text + (self.isSuspended ? Self.mark : "") }
    package var description: String { self.text }
}
