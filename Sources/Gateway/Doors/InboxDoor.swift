import HTTPTypes
import KezCore
import KezRuntime

/// `GET /v1/inbox/:handle`.
///
/// The signature covers the cursor as it stands in the query, so it is checked before the cursor is read.
///
/// Source: protocol, section 4.
struct InboxDoor: Sendable {
    let link: BrokerLink
    let guardian: InboxGuardian

    func list(_ name: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        let since = request.target.raw("since")
        let owner = try await self.guardian.owner(
            name, request, signing: .inboxList(path: request.target.path, since: since ?? "0"))
        let page = try InboxListRequest(since: since, limit: request.target.value("limit"))
        return .json(try await self.link.call(.inbox(.list, of: owner), page.bytes, by: request.deadline))
    }
}

/// Lets the owner of an inbox in, and nobody else.
struct InboxGuardian: Sendable {
    let configuration: GatewayConfiguration
    let directory: Directory

    /// The key of the handle `name`, which has signed the request.
    ///
    /// - Throws: `KezError` with `unauthorized`, the same whatever is wrong: also when nobody has that handle.
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
        return primary
    }
}
