/// Every subject of the system is built and parsed here and nowhere else.
///
/// Parsing is strict, because the broker stores whatever a permitted publisher sends: a shard that is not
/// the recipient's, uppercase digits, and literal `*` or `>` tokens are no subjects of ours.
///
/// Source: design, "Subjects and streams"; protocol, section 8.
package enum Subjects {
    /// The sender token of a message without a sender.
    package static let anonymous = "anon"

    /// Where a message for `to` is published; `from` is nil for an anonymous one.
    package static func send(to: Primary, from: Primary?) -> String {
        "kez.send.\(to.shard.digit).\(to.hex).\(from?.hex ?? self.anonymous)"
    }

    /// Where the broker republishes it.
    package static func inbox(to: Primary, from: Primary?) -> String {
        "kez.inbox.\(to.hex).\(from?.hex ?? self.anonymous)"
    }

    /// Deletes of `owner`, in order with the messages.
    package static func control(owner: Primary) -> String { "kez.ctl.\(owner.shard.digit).\(owner.hex)" }

    /// The settings of `owner`, the last ones kept.
    package static func settings(owner: Primary) -> String { "kez.settings.\(owner.hex)" }

    /// Ephemeral signals.
    package static func live(to: Primary, from: Primary) -> String { "kez.live.\(to.hex).\(from.hex)" }

    /// One event of the registry.
    package static func registryLog(_ kind: RegistryEventKind, _ primary: Primary) -> String {
        "kez.registry.log.\(kind.rawValue).\(primary.hex)"
    }

    /// The prefix of a connection's reply subjects, without the last dot.
    ///
    /// - Parameter nkey: the connecting key's text form, `U…`.
    package static func inboxPrefix(nkey: String) -> String { "_INBOX.\(nkey)" }
}

/// The streams and what they hold.
package enum StreamNames {
    package static let registry = "KEZ_REGISTRY"
    package static let settings = "KEZ_SETTINGS"

    /// The log of one shard.
    package static func log(_ shard: Shard) -> String { "KEZ_LOG_\(shard.digit)" }

    /// The shard whose log has that name; nil for any other stream.
    package static func shard(ofLog name: String) -> Shard? {
        guard name.hasPrefix("KEZ_LOG_") else { return nil }
        return Shard(digit: name.dropFirst("KEZ_LOG_".count))
    }
}

/// The wildcard subjects of streams and service imports.
package enum SubjectPatterns {
    package static func sends(of shard: Shard) -> String { "kez.send.\(shard.digit).*.*" }
    package static func controls(of shard: Shard) -> String { "kez.ctl.\(shard.digit).*" }
    /// What a shard's log is bound to.
    package static func log(_ shard: Shard) -> [String] { [self.sends(of: shard), self.controls(of: shard)] }
    /// Where the broker puts the live copy: recipient, then sender.
    package static let republishDestination = "kez.inbox.{{wildcard(1)}}.{{wildcard(2)}}"
    package static let settings = "kez.settings.*"
    /// Live copies of every message for `owner`.
    package static func liveCopies(to owner: Primary) -> String { "kez.inbox.\(owner.hex).*" }
    package static let registryLog = "kez.registry.log.*.*"
    /// Every message for `owner`, as stored: the filter by which its part of the log is read or erased.
    package static func sends(to owner: Primary) -> String { "kez.send.\(owner.shard.digit).\(owner.hex).*" }
}
