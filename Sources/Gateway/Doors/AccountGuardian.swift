import HTTPTypes
import KezCore
import KezRuntime

/// Lets the owner of an account in, and nobody else.
struct AccountGuardian: Sendable {
    let configuration: GatewayConfiguration
    let directory: Directory
    /// Of keys that have proved themselves. A posted envelope proves nothing of who posts it, and costs its key nothing.
    let budgets: RequestBudgets<Primary>
    let demand: DemandBook

    /// The key of the handle `name`, which has signed the request.
    ///
    /// - Throws: `KezError` with `rate_limited` when the key has used its budget up; `unauthorized`, the same whatever is wrong: also when nobody has that handle.
    func owner(
        _ name: String, _ request: IncomingRequest, signing door: RequestAuth.Door
    ) async throws(KezError) -> Primary {
        let header = request.headers[.kezAuth]
        let now = self.configuration.clock.now()
        var primary: Primary?
        if header != nil, let reference = RecipientReference(name),
            let handle = reference.handle(on: self.configuration.server)
        {
            primary = try await self.directory.primary(of: handle, by: request.deadline)
        }
        try RequestAuth.verify(header: header, for: door, by: primary, now: now)
        guard let primary else { throw KezError(.unauthorized) }
        self.demand.requested(primary)
        try self.budgets.take(for: primary)
        return primary
    }
}
