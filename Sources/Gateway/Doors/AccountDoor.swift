import KezCore
import KezRuntime

/// `GET /v1/account/:handle`: what the broker's `account.status` tells the owner, for who does not come through the
/// broker. A suspended key learns here why, and until when.
///
/// Source: protocol, sections 4 and 8.
struct AccountDoor: Sendable {
    let server: ServerName
    let link: BrokerLink
    let guardian: AccountGuardian

    func status(_ name: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        let owner = try await self.guardian.owner(
            name, request,
            signing: .other(
                method: request.method, path: request.target.path, .since(request.target.raw("since") ?? "0"),
                server: self.server))
        let subject = RPCSubject(caller: .account(owner), endpoint: .account(.status))
        return .json(try await self.link.call(subject, by: request.deadline))
    }
}
