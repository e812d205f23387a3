import KezCore
import KezRuntime

/// `GET /v1/inbox/:handle`.
///
/// The signature covers the cursor as it stands in the query, so it is checked before the cursor is read.
///
/// Source: protocol, section 4.
struct InboxDoor: Sendable {
    let link: BrokerLink
    let guardian: AccountGuardian

    func list(_ name: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        let since = request.target.raw("since")
        let owner = try await self.guardian.owner(
            name, request, signing: .inboxList(path: request.target.path, since: since ?? "0"))
        let page = try InboxListRequest(since: since, limit: request.target.value("limit"))
        return .json(try await self.link.call(.inbox(.list, of: owner), page.bytes, by: request.deadline))
    }
}
