/// A subject of a shard's log.
package enum LogSubject: Hashable, Sendable {
    /// A message; `from` is nil for an anonymous one.
    case send(to: Primary, from: Primary?)
    /// A control message of an owner's inbox.
    case control(owner: Primary)

    /// - Returns: nil for any other subject, and when the shard is not that of the recipient's key.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count >= 4, tokens[0] == "kez", let owner = Primary(hex: tokens[3]),
            Shard(digit: tokens[2]) == owner.shard
        else { return nil }
        switch (tokens[1], tokens.count) {
        case ("ctl", 4): self = .control(owner: owner)
        case ("send", 5):
            guard let sender = SenderToken(tokens[4]) else { return nil }
            self = .send(to: owner, from: sender.primary)
        default: return nil
        }
    }

    /// Whose inbox it changes.
    package var owner: Primary {
        switch self {
        case .send(let to, _): to
        case .control(let owner): owner
        }
    }
}

/// The subject of a live copy, `kez.inbox.<to>.<from>`.
package struct InboxSubject: Hashable, Sendable {
    package let to: Primary
    /// nil for an anonymous message.
    package let from: Primary?

    /// - Returns: nil for any other subject.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 4, tokens[0] == "kez", tokens[1] == "inbox", let to = Primary(hex: tokens[2]),
            let sender = SenderToken(tokens[3])
        else { return nil }
        self.to = to
        self.from = sender.primary
    }
}

/// The subject of an ephemeral signal, `kez.live.<to>.<from>`.
package struct LiveSubject: Hashable, Sendable {
    package let to: Primary
    package let from: Primary

    /// - Returns: nil for any other subject.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 4, tokens[0] == "kez", tokens[1] == "live", let to = Primary(hex: tokens[2]),
            let from = Primary(hex: tokens[3])
        else { return nil }
        self.to = to
        self.from = from
    }
}

/// The subject of an owner's settings, `kez.settings.<owner>`.
package struct SettingsSubject: Hashable, Sendable {
    package let owner: Primary

    /// - Returns: nil for any other subject.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 3, tokens[0] == "kez", tokens[1] == "settings", let owner = Primary(hex: tokens[2])
        else { return nil }
        self.owner = owner
    }
}

/// The subject of a registry event, `kez.registry.log.<kind>.<primary>`.
package struct RegistryLogSubject: Hashable, Sendable {
    package let kind: RegistryEventKind
    package let primary: Primary

    /// - Returns: nil for any other subject, and for a kind this version does not know.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 5, tokens[0] == "kez", tokens[1] == "registry", tokens[2] == "log",
            let kind = RegistryEventKind(rawValue: String(tokens[3])), let primary = Primary(hex: tokens[4])
        else { return nil }
        self.kind = kind
        self.primary = primary
    }
}

/// The last token of a message's subject: a key, or `anon`.
struct SenderToken {
    let primary: Primary?

    init?(_ token: some StringProtocol) {
        guard token != Subjects.anonymous else {
            self.primary = nil
            return
        }
        guard let primary = Primary(hex: token) else { return nil }
        self.primary = primary
    }
}
