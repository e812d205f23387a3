extension ContentBody {
    /// Writes `kez` and the members of the kind into an object that was begun.
    ///
    /// Plain text has no members, and an unknown kind none that this version knows.
    func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text, let replyTo):
            writer.member("kez", "kez-text-v1")
            writer.member("text", text)
            if let replyTo { writer.member("reply_to", replyTo.hex) }
        case .inlineFile(let file, let data):
            writer.member("kez", "kez-file-v1")
            writer.member("mode", "inline")
            file.writeMembers(to: &writer)
            writer.member("data", Base64.encode(data))
        case .chunkedFile(let file, let chunks):
            writer.member("kez", "kez-file-v1")
            writer.member("mode", "chunked")
            file.writeMembers(to: &writer)
            writer.member("n", chunks)
        case .fileChunk(let chunk):
            writer.member("kez", "kez-file-chunk-v1")
            writer.member("file_id", chunk.file.hex)
            writer.member("i", chunk.index)
            writer.member("n", chunk.count)
            writer.member("data", Base64.encode(chunk.data))
        case .fileWant(let file, let missing):
            writer.member("kez", "kez-file-want-v1")
            writer.member("file_id", file.hex)
            writer.name("missing")
            writer.array { writer in
                for index in missing { writer.integer(index) }
            }
        case .receipt(let kind, let ids):
            writer.member("kez", "kez-receipt-v1")
            writer.member("kind", kind.rawValue)
            writer.member("ids", ids.map(\.hex))
        case .reaction(let target, let emoji):
            writer.member("kez", "kez-react-v1")
            writer.member("target", target.hex)
            writer.member("emoji", emoji)
        case .edit(let target, let text):
            writer.member("kez", "kez-edit-v1")
            writer.member("target", target.hex)
            writer.member("text", text)
        case .delete(let target):
            writer.member("kez", "kez-delete-v1")
            writer.member("target", target.hex)
        case .sync(let sync):
            writer.member("kez", "kez-sync-v1")
            sync.writeMembers(to: &writer)
        case .plainText: break
        case .unknown(let kind): writer.member("kez", kind)
        }
    }
}
