/// The kinds of content.
///
/// Source: protocol, section 6, the table.
package enum ContentBody: Equatable, Sendable {
    case text(String, replyTo: MessageID?)
    case inlineFile(FileDescription, data: [UInt8])
    case chunkedFile(FileDescription, chunks: Int)
    case fileChunk(FileChunk)
    /// The recipient asks again for the chunks it lacks.
    case fileWant(FileID, missing: [Int])
    case receipt(ReceiptKind, [MessageID])
    case reaction(target: MessageID, emoji: String)
    case edit(target: MessageID, text: String)
    case delete(target: MessageID)
    /// Valid only from oneself to oneself.
    case sync(SyncContent)
    /// The plaintext was no JSON object with a string member `kez`.
    case plainText(String)
    /// Of a newer version, or ill-typed.
    case unknown(kind: String)

    /// Chunks, wants, receipts and syncs are never shown.
    package var isQuietByNature: Bool {
        switch self {
        case .fileChunk, .fileWant, .receipt, .sync: true
        default: false
        }
    }

    /// - Throws: `KezError` when a member of a known kind is ill-typed.
    init(kind: String, _ members: MemberReader) throws(KezError) {
        switch kind {
        case "kez-text-v1":
            self = .text(
                try members.string("text"),
                replyTo: try members.optional("reply_to", "an id") { $0.string.flatMap { MessageID($0) } })
        case "kez-file-v1": self = try Self.file(members)
        case "kez-file-chunk-v1": self = .fileChunk(try FileChunk(members))
        case "kez-file-want-v1":
            let missing = try members.required("missing", "a list of chunk numbers") { member -> [Int]? in
                guard let entries = member.array, entries.count <= FileDescription.maximumChunks else { return nil }
                let numbers = entries.compactMap { $0.integer.flatMap(FileDescription.chunkNumber) }
                return numbers.count == entries.count ? numbers : nil
            }
            self = .fileWant(try members.fileID("file_id"), missing: missing)
        case "kez-receipt-v1":
            let kind = try members.required("kind", "delivered or read") { member in
                member.string.flatMap(ReceiptKind.init(rawValue:))
            }
            let ids = try members.required("ids", "a list of ids") { member -> [MessageID]? in
                guard let entries = member.array else { return nil }
                let ids = entries.compactMap { $0.string.flatMap { MessageID($0) } }
                return ids.count == entries.count ? ids : nil
            }
            self = .receipt(kind, ids)
        case "kez-react-v1":
            self = .reaction(target: try members.messageID("target"), emoji: try members.string("emoji"))
        case "kez-edit-v1":
            self = .edit(target: try members.messageID("target"), text: try members.string("text"))
        case "kez-delete-v1": self = .delete(target: try members.messageID("target"))
        case "kez-sync-v1": self = .sync(try SyncContent(members))
        default: self = .unknown(kind: kind)
        }
    }

    private static func file(_ members: MemberReader) throws(KezError) -> ContentBody {
        let file = try FileDescription(members)
        switch try members.string("mode") {
        case "inline":
            let data = try members.required("data", "base64") { $0.string.flatMap { Base64.decode($0) } }
            return .inlineFile(file, data: data)
        case "chunked":
            let chunks = try members.required("n", "a number of chunks") { member in
                member.integer.flatMap { 1...Int64(FileDescription.maximumChunks) ~= $0 ? Int($0) : nil }
            }
            return .chunkedFile(file, chunks: chunks)
        default: throw KezError(.badRequest)
        }
    }
}

/// How far a message came.
package enum ReceiptKind: String, Hashable, Sendable {
    case delivered, read
}

extension MemberReader {
    func messageID(_ name: String) throws(KezError) -> MessageID {
        try self.required(name, "32 lowercase hexadecimal digits") { $0.string.flatMap { MessageID($0) } }
    }

    func fileID(_ name: String) throws(KezError) -> FileID {
        try self.required(name, "32 lowercase hexadecimal digits") { $0.string.flatMap { FileID($0) } }
    }
}
