/// What a client tells the owner's other clients, in a message to oneself.
///
/// Source: protocol, section 6 (`kez-sync-v1`).
package enum SyncContent: Equatable, Sendable {
    /// `body`: the JSON object that was sent to `to`.
    case sent(to: Primary, id: MessageID, createdAt: Timestamp, body: [UInt8])
    /// Everything from `peer` up to that message was read.
    case read(peer: Primary, upTo: MessageID)
    /// `body`: a JSON object that the client defines.
    case settings(body: [UInt8])

    init(_ members: MemberReader) throws(KezError) {
        switch try members.string("kind") {
        case "sent":
            self = .sent(
                to: try members.primary("to"), id: try members.messageID("id"),
                createdAt: try members.timestamp("created_at"), body: try members.object("body").raw)
        case "read":
            self = .read(peer: try members.primary("peer"), upTo: try members.messageID("up_to"))
        case "settings": self = .settings(body: try members.object("body").raw)
        default: throw KezError(.badRequest)
        }
    }

    func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .sent(let to, let id, let createdAt, let body):
            writer.member("kind", "sent")
            writer.member("to", to)
            writer.member("id", id.hex)
            writer.member("created_at", createdAt)
            writer.member("body", raw: body)
        case .read(let peer, let upTo):
            writer.member("kind", "read")
            writer.member("peer", peer)
            writer.member("up_to", upTo.hex)
        case .settings(let body):
            writer.member("kind", "settings")
            writer.member("body", raw: body)
        }
    }
}
