/// A name of 3 to 32 characters that stands for one primary on a server: `^[a-z0-9][a-z0-9_-]{2,31}$`.
///
/// Source: protocol, section 3.
package struct Handle: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Returns: nil unless `text` is of the form; whether it is reserved is `ReservedHandles`' to say.
    package init?(_ text: some StringProtocol) {
        guard 3...32 ~= text.utf8.count, text.utf8.allSatisfy(Self.isAllowed),
            text.utf8.first != UInt8(ascii: "_"), text.utf8.first != UInt8(ascii: "-")
        else { return nil }
        self.text = String(text)
    }

    private static func isAllowed(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    package var description: String { self.text }
    package static func < (left: Handle, right: Handle) -> Bool { left.text < right.text }
}
