import KezCore
import KezRuntime

/// The calls that read. Every answer holds what was acknowledged before it was asked for.
extension RegistryCalls {
    /// `{"handle"}` → the user object; `handle@server` is taken for this server.
    ///
    /// - Throws: 404 `not_found` for what nobody holds, what is no handle, and another server's.
    @Sendable func lookup(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let asked = try LookupRequest(json: request.members().value).handle
        guard let handle = RecipientReference(asked)?.handle(on: self.configuration.server) else {
            throw KezError(.notFound, "Nobody has this name here.")
        }
        return try await self.answer(before: deadline) { try $0.user(handle) }
    }

    /// `{"primary"}` → the user object.
    ///
    /// - Throws: 404 `not_found` for a key without a handle.
    @Sendable func byPrimary(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let primary = try PrimaryRequest(json: request.members().value).primary
        return try await self.answer(before: deadline) { try $0.user(primary) }
    }

    /// `{"prefix","limit"}` → `{"users"}` in the order of their handles; upper case is taken as lower.
    ///
    /// - Throws: 403 `forbidden` for a caller without a handle, 429 `rate_limited`: the budget is counted by each
    ///   replica for itself.
    @Sendable func search(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let caller = try request.account()
        let asked = try SearchRequest(json: request.members().value)
        let (configuration, prefix) = (self.configuration, asked.prefix.lowercased())
        try self.budgets.take(caller)
        return try await self.read(before: deadline) { queries in
            guard try queries.user(caller) != nil else {
                throw KezError(.forbidden, "Only a key with a handle on this server can search.")
            }
            let users = try queries.users(withPrefix: prefix, limit: asked.limit)
            return UserList(users: users.map(configuration.user)).bytes
        }
    }

    /// `{"primary","from"}` → the links from `from` (default 1) on that fit into one reply.
    ///
    /// A chain can have 16 MiB and a reply at most 1 MiB, so `links` holds at most 900 KiB, one link at least, and
    /// ends early in a long chain; `length` and `head` are always the whole chain's. Callers go on with
    /// `from` = the `seq` after the last link, until they have `length` of them.
    ///
    /// - Throws: 404 `not_found` for a key that was never registered; a chain outlives a release.
    @Sendable func chain(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let asked = try SigchainRequest(json: request.members().value)
        return try await self.read(before: deadline) { queries in
            guard try queries.role(of: asked.primary) == .primary else {
                throw KezError(.notFound, "This key was never registered here.")
            }
            let mark = try queries.chain(of: asked.primary)
            let links = try queries.links(of: asked.primary, from: asked.from, bytes: Limits.pageBytes)
            return SigchainView(primary: asked.primary, links: links, head: mark.head, length: mark.length).bytes
        }
    }

    /// `{"primary"}` → `{"user","suspended"}`, and `reason` and `until` of a suspension in force.
    ///
    /// - Throws: 403 `forbidden` for anybody but the callout, the gateway and the workers.
    @Sendable func admit(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let admitted: [RPCCaller.Service] = [.callout, .gateway, .worker]
        guard case .service(let service) = request.caller, admitted.contains(service) else {
            throw KezError(.forbidden, "This call is for the system's own services.")
        }
        let primary = try PrimaryRequest(json: request.members().value).primary
        let (configuration, now) = (self.configuration, self.configuration.clock.now())
        return try await self.read(before: deadline) { queries in
            let user = try queries.user(primary).map(configuration.user)
            let suspension = try queries.suspension(of: primary, at: now)
            return Admission(
                user: user, isSuspended: suspension != nil, reason: suspension?.reason, until: suspension?.until
            ).bytes
        }
    }

    /// `{}` → the caller's own handle and suspension.
    @Sendable func status(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        let caller = try request.account()
        let now = self.configuration.clock.now()
        return try await self.read(before: deadline) { queries in
            let suspension = try queries.suspension(of: caller, at: now)
            return AccountStatus(
                handle: try queries.user(caller)?.handle, isSuspended: suspension != nil, reason: suspension?.reason,
                until: suspension?.until
            ).bytes
        }
    }

    private func answer(
        before deadline: Deadline, _ find: @escaping @Sendable (RegistryQueries) throws -> UserRecord?
    ) async throws(KezError) -> [UInt8] {
        let configuration = self.configuration
        return try await self.read(before: deadline) { queries in
            guard let user = try find(queries) else { throw KezError(.notFound, "Nobody has this name here.") }
            return configuration.user(user).bytes
        }
    }

    func read(
        before deadline: Deadline, _ body: @escaping @Sendable (RegistryQueries) throws -> [UInt8]
    ) async throws(KezError) -> [UInt8] {
        try await self.barrier.pass(before: deadline)
        return try await self.view.read(body)
    }
}
