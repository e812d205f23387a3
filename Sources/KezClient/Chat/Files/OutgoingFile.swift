package import KezCore

/// A file as it is sent: in one message up to 80 KiB, in chunks up to 10 MiB.
package struct OutgoingFile: Sendable {
    package let description: FileDescription
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - filename: the last part of the path it was read from.
    ///   - mime: nil to go by the filename's ending.
    /// - Throws: `KezError` with `too_large` above 10 MiB.
    package init(
        filename: String, bytes: [UInt8], mime: String? = nil, caption: String? = nil
    ) throws(KezError) {
        try Self.check(size: bytes.count)
        self.bytes = bytes
        self.description = FileDescription(
            id: .random(), filename: filename, mime: mime ?? MediaType.of(filename), size: bytes.count,
            sha256: Digest.sha256Hex(bytes), caption: caption)
    }

    /// - Throws: `KezError` with `too_large` above 10 MiB.
    package static func check(size: Int) throws(KezError) {
        guard size <= FileDescription.maximumSize else {
            throw KezError(.tooLarge, "Files can have up to 10 MiB; this one has \(ByteCount.text(size)).")
        }
    }

    package var isInline: Bool { self.bytes.count <= FileDescription.maximumInline }
    package var count: Int { self.isInline ? 1 : FileDescription.chunks(of: self.bytes.count) }

    /// The visible message.
    package var content: ContentBody {
        self.isInline
            ? .inlineFile(self.description, data: self.bytes) : .chunkedFile(self.description, chunks: self.count)
    }

    package func chunk(_ index: Int) -> FileChunk {
        let start = index * FileDescription.maximumChunk
        let end = min(start + FileDescription.maximumChunk, self.bytes.count)
        return FileChunk(
            file: self.description.id, index: index, count: self.count, data: Array(self.bytes[start..<end]))
    }
}

/// Bytes in words.
package enum ByteCount {
    package static func text(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) bytes"
        case ..<(1024 * 1024): "\(self.tenths(count, 1024)) KiB"
        default: "\(self.tenths(count, 1024 * 1024)) MiB"
        }
    }

    private static func tenths(_ count: Int, _ unit: Int) -> String {
        let tenths = (count * 10 + unit / 2) / unit
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

/// What a file is by its name's ending: a hint for who receives it, nothing more.
enum MediaType {
    private static let types = [
        "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html", "json": "application/json",
        "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "heic": "image/heic", "svg": "image/svg+xml", "bmp": "image/bmp", "tiff": "image/tiff",
        "mp3": "audio/mpeg", "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac",
        "m4a": "audio/mp4", "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime",
        "mkv": "video/x-matroska",
    ]

    static func of(_ filename: String) -> String {
        let ending = SafeFilename.parts(filename).ending.dropFirst().lowercased()
        return self.types[ending] ?? "application/octet-stream"
    }
}
