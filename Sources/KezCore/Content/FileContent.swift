/// What a sender calls one transfer: 32 lowercase hexadecimal digits, random.
package typealias FileID = MessageID

/// What a file's visible message says of it. Every member is the sender's claim until the bytes are there.
///
/// Source: protocol, section 6.
package struct FileDescription: Equatable, Sendable {
    /// Bytes up to which a file goes into one message, and bytes of one chunk.
    package static let maximumInline = 81_920
    package static let maximumChunk = 81_920
    /// Bytes of the largest file.
    package static let maximumSize = 10 * 1024 * 1024
    /// Chunks of one transfer: room for senders with smaller chunks than ours.
    package static let maximumChunks = 10_240

    package let id: FileID
    /// As sent: never a path to write to.
    package let filename: String
    package let mime: String
    /// Bytes, at most `maximumSize`.
    package let size: Int
    /// 64 lowercase hexadecimal digits.
    package let sha256: String
    package let caption: String?

    package init(id: FileID, filename: String, mime: String, size: Int, sha256: String, caption: String? = nil) {
        self.id = id
        self.filename = filename
        self.mime = mime
        self.size = size
        self.sha256 = sha256
        self.caption = caption
    }

    /// Whether `bytes` are the file that was announced; asked before it is shown.
    package func matches(_ bytes: [UInt8]) -> Bool {
        bytes.count == self.size && Digest.sha256Hex(bytes) == self.sha256
    }

    /// How many chunks of `maximumChunk` bytes a file of `size` bytes makes.
    package static func chunks(of size: Int) -> Int { max(1, (size + self.maximumChunk - 1) / self.maximumChunk) }

    static func chunkNumber(_ number: Int64) -> Int? {
        0..<Int64(self.maximumChunks) ~= number ? Int(number) : nil
    }

    init(_ members: MemberReader) throws(KezError) {
        self.id = try members.fileID("file_id")
        self.filename = try members.string("filename")
        self.mime = try members.string("mime")
        self.size = try members.required("size", "bytes, up to 10 MiB") { member in
            member.integer.flatMap { 0...Int64(Self.maximumSize) ~= $0 ? Int($0) : nil }
        }
        self.sha256 = try members.required("sha256", "64 lowercase hexadecimal digits") { member in
            member.string.flatMap { Hex.isHex($0, count: 64) ? $0 : nil }
        }
        self.caption = try members.optionalString("caption")
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("file_id", self.id.hex)
        writer.member("filename", self.filename)
        writer.member("mime", self.mime)
        writer.member("size", self.size)
        writer.member("sha256", self.sha256)
        if let caption = self.caption { writer.member("caption", caption) }
    }
}

/// One part of a file that is too large for one message.
package struct FileChunk: Equatable, Sendable {
    package let file: FileID
    /// 0…count−1.
    package let index: Int
    package let count: Int
    /// At most `FileDescription.maximumChunk` bytes.
    package let data: [UInt8]

    package init(file: FileID, index: Int, count: Int, data: [UInt8]) {
        self.file = file
        self.index = index
        self.count = count
        self.data = data
    }

    init(_ members: MemberReader) throws(KezError) {
        self.file = try members.fileID("file_id")
        let count = try members.required("n", "a number of chunks") { member in
            member.integer.flatMap { 1...Int64(FileDescription.maximumChunks) ~= $0 ? Int($0) : nil }
        }
        self.count = count
        self.index = try members.required("i", "a number below n") { member in
            member.integer.flatMap { 0..<Int64(count) ~= $0 ? Int($0) : nil }
        }
        self.data = try members.required("data", "base64 of at most 81,920 bytes") { member in
            member.string.flatMap { Base64.decode($0) }.flatMap { $0.count <= FileDescription.maximumChunk ? $0 : nil }
        }
    }
}
