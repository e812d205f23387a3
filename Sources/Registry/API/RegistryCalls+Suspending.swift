import KezCore
import KezRuntime

/// The calls that suspend keys: the operator's, and the reports of workers and gateways, out of which each
/// registry sums for itself and one of them writes.
///
/// Source: protocol, section 9 ("Suspension").
extension RegistryCalls {
    /// `{"primary" or "handle","reason","until"}` → the suspension; anew it replaces reason and end.
    ///
    /// - Throws: `KezError` with 403 `forbidden` for anybody but the operator, 400 `bad_request` for a malformed
    ///   request and an end that is past, 404 `not_found` for a handle that nobody holds.
    @Sendable func suspend(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        try Self.requireOperator(request.caller)
        let asked = try SuspendRequest(json: request.members().value)
        let (now, until) = (self.configuration.clock.now(), asked.until?.inMilliseconds)
        if let until, until <= now { throw KezError(.badRequest, "The end of the suspension, `until`, is past.") }
        let answer = try await self.writer.write(before: deadline) { queries -> RegistryWriter.Verdict<[UInt8]> in
            guard let primary = try queries.primary(of: asked.target) else { return .refused(Self.nobody) }
            let handle = try queries.user(primary)?.handle
            return .accepted(.suspend(primary, reason: asked.reason, until: until)) { leaf in
                Suspension(
                    primary: primary, handle: handle, reason: asked.reason, since: leaf.time, until: until,
                    isAutomatic: false
                ).bytes
            }
        }
        self.metrics.suspended(by: .operator)
        return answer
    }

    /// `{"primary" or "handle"}` → `{"primary","resumed"}`.
    ///
    /// - Throws: `KezError` with 403 `forbidden` for anybody but the operator, 400 `bad_request`, 404 `not_found`
    ///   for a handle that nobody holds.
    @Sendable func resume(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        try Self.requireOperator(request.caller)
        let asked = try ResumeRequest(json: request.members().value)
        let now = self.configuration.clock.now()
        let answer = try await self.writer.write(before: deadline) { queries -> RegistryWriter.Verdict<Resumption> in
            guard let primary = try queries.primary(of: asked.target) else { return .refused(Self.nobody) }
            guard try queries.suspension(of: primary, at: now) != nil else {
                return .settled(Resumption(primary: primary, resumed: false))
            }
            return .accepted(.resume(primary)) { _ in Resumption(primary: primary, resumed: true) }
        }
        if answer.resumed { self.metrics.resumed() }
        return answer.bytes
    }

    /// `{"after","limit"}` → `{"bans","has_more"}`: the suspensions in force, in the order of their keys.
    ///
    /// - Throws: `KezError` with 403 `forbidden` for anybody but the operator, 400 `bad_request`.
    @Sendable func bans(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        try Self.requireOperator(request.caller)
        let asked = try BansRequest(json: request.members().value)
        let now = self.configuration.clock.now()
        return try await self.read(before: deadline) { queries in
            let bans = try queries.suspensions(after: asked.after, at: now, limit: asked.limit + 1)
            return BanList(bans: Array(bans.prefix(asked.limit)), hasMore: bans.count > asked.limit).bytes
        }
    }

    /// An abuse report → `{"suspended"}`: whether the key is suspended now.
    ///
    /// Every replica hears it and answers; a caller takes whichever answer is first.
    ///
    /// - Throws: `KezError` with 403 `forbidden` for anybody but workers and gateways, 400 `bad_request`.
    @Sendable func report(_ request: RPCRequest, before deadline: Deadline) async throws(KezError) -> [UInt8] {
        guard [.service(.worker), .service(.gateway)].contains(request.caller) else {
            throw KezError(.forbidden, "This call is for the system's own services.")
        }
        let report = try AbuseReport(json: request.members().value)
        let (primary, now) = (report.primary, self.configuration.clock.now())
        self.metrics.heard(report.finding)
        // What comes late of a key that is suspended must not suspend it again when that ends.
        if try await self.view.read({ try $0.suspension(of: primary, at: now) }) != nil {
            self.abuse.forget(primary)
            return AbuseReportReply(isSuspended: true).bytes
        }
        guard case .suspend(let reason) = self.abuse.take(report, at: now) else {
            return AbuseReportReply(isSuspended: false).bytes
        }
        // Until it is written the tally stays, so that the next report tries again.
        let isOurs = try await self.writer.write(before: deadline) { queries -> RegistryWriter.Verdict<Bool> in
            let content = AutomaticSuspension.decide(
                primary, reason: reason, inForce: try queries.suspension(of: primary, at: now),
                earlier: try queries.offences(of: primary, since: now.advanced(by: .zero - AutomaticSuspension.memory)),
                now: now)
            guard let content else { return .settled(false) }
            return .accepted(content) { _ in true }
        }
        self.abuse.forget(primary)
        if isOurs { self.metrics.suspended(by: .registry) }
        return AbuseReportReply(isSuspended: true).bytes
    }

    private static let nobody = KezError(.notFound, "Nobody has this name here.")

    private static func requireOperator(_ caller: RPCCaller) throws(KezError) {
        guard caller == .service(.operator) else { throw KezError(.forbidden, "This call is for the operator.") }
    }
}

extension RegistryQueries {
    /// nil for a handle that nobody holds.
    fileprivate func primary(of target: SuspensionTarget) throws -> Primary? {
        switch target {
        case .primary(let primary): primary
        case .handle(let handle): try self.user(handle)?.primary
        }
    }
}
