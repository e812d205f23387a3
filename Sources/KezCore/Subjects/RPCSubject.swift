/// Who calls: the broker proves the token, so services trust it.
package enum RPCCaller: Hashable, Sendable, CustomStringConvertible {
    /// A part of the system that calls in its own name.
    package enum Service: String, Hashable, Sendable, CaseIterable {
        case callout, gateway, worker, `operator`
    }

    case account(Primary)
    case service(Service)

    /// - Returns: nil unless `token` is a key or a service's name.
    package init?(token: some StringProtocol) {
        if let primary = Primary(hex: token) {
            self = .account(primary)
        } else if let service = Service(rawValue: String(token)) {
            self = .service(service)
        } else {
            return nil
        }
    }

    package var token: String {
        switch self {
        case .account(let primary): primary.hex
        case .service(let service): service.rawValue
        }
    }

    /// The account that calls; nil for a service.
    package var account: Primary? {
        guard case .account(let primary) = self else { return nil }
        return primary
    }

    package var description: String { self.token }
}

/// The subject of a request, `kez.rpc.<caller>.<service>.<method>`.
package struct RPCSubject: Hashable, Sendable, CustomStringConvertible {
    package let caller: RPCCaller
    package let endpoint: RPCEndpoint

    package init(caller: RPCCaller, endpoint: RPCEndpoint) {
        self.caller = caller
        self.endpoint = endpoint
    }

    /// A call of `owner`'s inbox, to the shard that holds it.
    package static func inbox(_ method: RPCEndpoint.Inbox, of owner: Primary) -> RPCSubject {
        RPCSubject(caller: .account(owner), endpoint: .inbox(owner.shard, method))
    }

    /// Parses a subject; a shard that is not the caller's is kept, for it is answered with `wrong_shard`.
    ///
    /// - Returns: nil for any other subject, and for a call this version does not know.
    package init?(_ subject: some StringProtocol) {
        let tokens = subject.split(separator: ".", omittingEmptySubsequences: false).map { Substring($0) }
        guard tokens.count >= 5, tokens[0] == "kez", tokens[1] == "rpc", let caller = RPCCaller(token: tokens[2]),
            let endpoint = RPCEndpoint(tokens: tokens[3...])
        else { return nil }
        self.init(caller: caller, endpoint: endpoint)
    }

    /// Whether an inbox call went to the shard of its caller's key; true for every other call, and for a
    /// service, which has no shard.
    package var isOnOwnShard: Bool {
        guard case .inbox(let shard, _) = self.endpoint, let account = self.caller.account else { return true }
        return account.shard == shard
    }

    package var text: String { "kez.rpc.\(self.caller.token).\(self.endpoint.tokens)" }
    package var description: String { self.text }
}
