/// One operation of the API, as a NATS request/reply endpoint.
///
/// Source: protocol, section 8.
package enum RPCEndpoint: Hashable, Sendable {
    package enum Registry: String, Hashable, Sendable, CaseIterable {
        case register, release, lookup, search, admit
        case byPrimary = "by_primary"
        case sigchainGet = "sigchain_get"
        case sigchainAppend = "sigchain_append"
        /// For the operator only.
        case suspend, resume, bans, erase
    }

    package enum Account: String, Hashable, Sendable, CaseIterable {
        case status
        /// For the workers and the gateway: a key did what suspends it. Every registry hears it.
        case report
    }

    package enum Inbox: String, Hashable, Sendable, CaseIterable {
        case list, head, delete, settings, stats
    }

    case registry(Registry)
    case account(Account)
    /// Carries the shard of the caller's own key, by which the broker routes it.
    case inbox(Shard, Inbox)

    /// The tokens after the caller.
    var tokens: String {
        switch self {
        case .registry(let method): "registry.\(method.rawValue)"
        case .account(let method): "account.\(method.rawValue)"
        case .inbox(let shard, let method): "inbox.\(shard.digit).\(method.rawValue)"
        }
    }

    /// What a service subscribes to for this operation, by whomever it is called.
    package var pattern: String { "kez.rpc.*.\(self.tokens)" }

    init?(tokens: ArraySlice<Substring>) {
        let tokens = Array(tokens)
        switch (tokens.first, tokens.count) {
        case ("registry", 2):
            guard let method = Registry(rawValue: String(tokens[1])) else { return nil }
            self = .registry(method)
        case ("account", 2):
            guard let method = Account(rawValue: String(tokens[1])) else { return nil }
            self = .account(method)
        case ("inbox", 3):
            guard let shard = Shard(digit: tokens[1]), let method = Inbox(rawValue: String(tokens[2])) else {
                return nil
            }
            self = .inbox(shard, method)
        default: return nil
        }
    }
}
