import HTTPTypes
import KezCore

/// `GET /` and the rest: the web client, or a page that says how to set it.
///
/// Source: protocol, section 4.
struct WebDoor: Sendable {
    /// The client is one origin's own code: no foreign script, no frame around it. It talks to the API and, over
    /// WebSocket, to the broker, which may have another name.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self' ws: wss: https: http:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    let folder: WebFolder?
    let server: ServerName

    /// - Throws: `KezError` with `not_found`.
    func page(_ path: [String], _ request: IncomingRequest) async throws(KezError) -> Reply {
        guard let folder = self.folder else { return try self.placeholder(path) }
        guard case .file(let name) = PathRules.target(path) else { throw KezError(.notFound) }
        if let reply = await self.reply(name, in: folder, request) { return reply }
        guard case .deepLink = PathRules.fallback(path),
            let index = await self.reply("index.html", in: folder, request)
        else {
            if path == [""] { throw KezError(.notFound, "The web folder has no index.html.") }
            throw KezError(.notFound)
        }
        return index
    }

    /// The file, or what a build compressed of it beforehand (`name.gz`) for a caller who takes that.
    private func reply(_ name: String, in folder: WebFolder, _ request: IncomingRequest) async -> Reply? {
        let takesGzip = AcceptedEncoding.takesGzip(request.headers[.acceptEncoding])
        guard let file = await folder.file(name, compressed: takesGzip) else { return nil }
        var reply = self.reply(file, name, request)
        if file.isCompressed { reply.headers[.contentEncoding] = "gzip" }
        reply.headers[.vary] = "Accept-Encoding"
        return reply
    }

    private func placeholder(_ path: [String]) throws(KezError) -> Reply {
        guard case .file = PathRules.target(path), PathRules.fallback(path) == .deepLink || path == ["index.html"]
        else {
            throw KezError(.notFound)
        }
        var reply = Reply(
            type: ContentType.of("index.html"), Array(PlaceholderPage.html(server: self.server).utf8))
        self.harden(&reply)
        reply.headers[.cacheControl] = "no-store"
        return reply
    }

    private func reply(_ file: WebFolder.File, _ name: String, _ request: IncomingRequest) -> Reply {
        let modified = HTTPDate.text(Timestamp(unixSeconds: file.modified))
        var reply = Reply(type: ContentType.of(name), file.bytes)
        if Self.isKnown(file.tag, modified, request) { reply = Reply(status: 304) }
        self.harden(&reply)
        reply.headers[.eTag] = file.tag
        reply.headers[.lastModified] = modified
        reply.headers[.cacheControl] = Self.isNamedByContent(name) ? "public, max-age=31536000, immutable" : "no-cache"
        return reply
    }

    /// Whether the caller has this very file. Its time is compared as text: it sends back what we sent.
    private static func isKnown(_ tag: String, _ modified: String, _ request: IncomingRequest) -> Bool {
        if let tags = request.headers[.ifNoneMatch] {
            return tags.split(separator: ",").contains { candidate in
                var text = candidate.drop { $0 == " " }
                while text.last == " " { text = text.dropLast() }
                return text == "*" || text == tag || text == "W/\(tag)"
            }
        }
        return request.headers[.ifModifiedSince] == modified
    }

    /// Whether a bundler put a hash of the content into the name, as in `app-1f3a5b7c.js`: such a file never changes.
    private static func isNamedByContent(_ name: String) -> Bool {
        let parts = name.split(separator: "/").last?.split { $0 == "-" || $0 == "." } ?? []
        guard parts.count >= 3 else { return false }
        let hash = parts[parts.count - 2]
        return hash.utf8.count >= 8 && hash.contains { $0.isNumber }
            && (hash.allSatisfy { $0.isHexDigit }
                || hash.allSatisfy { ("A"..."Z").contains($0) || ("2"..."7").contains($0) })
    }

    private func harden(_ reply: inout Reply) {
        reply.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        reply.headers[.frameOptions] = "DENY"
        reply.headers[.referrerPolicy] = "no-referrer"
        reply.headers[.openerPolicy] = "same-origin"
    }
}
