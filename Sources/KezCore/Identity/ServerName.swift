/// The domain a server speaks for, the part after the `@`.
package struct ServerName: Hashable, Sendable, CustomStringConvertible {
    /// Lowercase.
    package let text: String

    /// Takes a host name, of any case and with an optional port, and keeps it in lowercase.
    ///
    /// - Returns: nil unless it is labels of 1 to 63 letters, digits and inner hyphens, joined by dots,
    ///   253 characters at the most.
    package init?(_ text: some StringProtocol) {
        let lowered = text.lowercased()
        let parts = lowered.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count <= 253, parts.count == 1 || Self.isPort(parts[1]) else { return nil }
        let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel) else { return nil }
        self.text = lowered
    }

    private static func isLabel(_ label: Substring) -> Bool {
        1...63 ~= label.utf8.count && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { character in
                switch character {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.first?.isNumber == true, let port = UInt16(text) else { return false }
        return port > 0
    }

    package var description: String { self.text }
}
