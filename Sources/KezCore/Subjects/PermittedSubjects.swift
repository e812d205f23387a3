/// What the broker lets one person's connection do, and nothing else.
///
/// Source: protocol, section 8.
package struct PermittedSubjects: Equatable, Sendable {
    package let publish: [String]
    package let subscribe: [String]

    /// - Parameters:
    ///   - account: the primary whose handle was looked up.
    ///   - nkey: the connecting key's text form, `U…`.
    ///   - isSuspended: a suspended key reads its inbox and asks for its status; it sends nothing.
    package init(account: Primary, nkey: String, isSuspended: Bool = false) {
        let own = account.hex
        let inbox = Subjects.inboxPrefix(nkey: nkey) + ".>"
        if isSuspended {
            self.publish = ["kez.rpc.\(own).inbox.>", "kez.rpc.\(own).account.status"]
        } else {
            self.publish = ["kez.send.*.*.\(own)", "kez.live.*.\(own)", "kez.rpc.\(own).>"]
        }
        self.subscribe = ["kez.inbox.\(own).>", "kez.live.\(own).*", inbox]
    }
}
