/// Who published a message, and for whom. The sender is proved by the broker's permissions; the rest of the
/// subject is whatever a permitted publisher wrote there.
package struct SendOrigin: Hashable, Sendable {
    package let from: Primary
    /// nil when the subject names no key in its own shard: nobody can ever have registered that.
    package let to: Primary?

    /// - Returns: nil for any other subject than `kez.send.<shard>.<to>.<key>`, and for an anonymous message.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 5, tokens[0] == "kez", tokens[1] == "send", let from = Primary(hex: tokens[4]) else {
            return nil
        }
        self.from = from
        self.to = Primary(hex: tokens[3]).flatMap { Shard(digit: tokens[2]) == $0.shard ? $0 : nil }
    }
}
