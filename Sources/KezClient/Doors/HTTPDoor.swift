package import AsyncHTTPClient
private import Foundation
package import KezCore
private import KezRuntime
private import NATS
private import NIOCore
private import NIOHTTP1

/// The gateway's HTTP API.
package final class HTTPDoor: Door {
    private let identity: Identity
    private let base: String
    private let server: ServerName
    private let timeout: Duration
    private let http: HTTPClient

    /// - Throws: `KezError` with `bad_request` when the URL or the server's name cannot be used.
    package init(identity: Identity, options: ClientOptions, http: HTTPClient = .shared) throws(KezError) {
        guard let server = ServerName(options.server) else {
            throw KezError(.badRequest, "`\(options.server)` is not the name of a server.")
        }
        guard let url = URL(string: options.http), ["http", "https"].contains(url.scheme), url.host != nil else {
            throw KezError(.badRequest, "`\(options.http)` is not an http or https URL.")
        }
        self.identity = identity
        self.base = options.http.hasSuffix("/") ? String(options.http.dropLast()) : options.http
        self.server = server
        self.timeout = options.timeout
        self.http = http
    }

    /// What the server needs, before anything else is asked.
    package func config() async throws(KezError) -> ServiceConfig {
        try ServiceConfig(json: await self.get("/v1/config"))
    }

    package func register(_ envelope: [UInt8]) async throws(KezError) -> UserObject {
        try UserObject(json: await self.post("/v1/register", envelope))
    }

    package func release(_ envelope: [UInt8]) async throws(KezError) {
        _ = try await self.post("/v1/release", envelope)
    }

    package func ownHandle() async throws(KezError) -> Handle? {
        do throws(KezError) {
            return try await self.user(of: self.identity.key).handle
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    package func lookup(_ handle: String) async throws(KezError) -> UserObject {
        try UserObject(json: await self.get("/v1/u/\(Self.escaped(handle))"))
    }

    package func user(of primary: Primary) async throws(KezError) -> UserObject {
        try UserObject(json: await self.get("/v1/by-primary/\(primary.hex)"))
    }

    package func sigchain(of primary: Primary, from: UInt64) async throws(KezError) -> SigchainView {
        try SigchainView(json: await self.get("/v1/sigchains/ed25519/\(primary.hex)?from=\(from)"))
    }

    package func append(_ link: [UInt8], to primary: Primary) async throws(KezError) -> AppendResult {
        try AppendResult(json: await self.post("/v1/sigchains/ed25519/\(primary.hex)", link))
    }

    package func send(
        _ envelope: [UInt8], to recipient: Primary, handle: Handle?
    ) async throws(KezError) -> SendReceipt {
        let body = JSONWriter.object { writer in
            writer.member("to", handle?.text ?? recipient.text)
            writer.member("envelope", raw: envelope)
        }
        return try SendReceipt(json: await self.post("/v1/messages", body))
    }

    package func list(_ request: InboxListRequest, handle: Handle?) async throws(KezError) -> InboxPage {
        let path = "/v1/inbox/\(try Self.own(handle))"
        let door = RequestAuth.Door.inboxList(path: path, since: "\(request.since)")
        return try InboxPage(
            json: await self.get("\(path)?since=\(request.since)&limit=\(request.limit)", auth: self.auth(door)))
    }

    package func live(
        _ owner: Handle?, since: @escaping @Sendable () -> UInt64, _ tell: @escaping @Sendable (LiveEvent) -> Void
    ) async throws(KezError) {
        let path = "/v1/inbox/\(try Self.own(owner))/stream"
        var attempt = 0
        while !Task.isCancelled {
            do {
                try await self.stream(path, since: since(), tell)
                attempt = 0
            } catch let error as KezError where !error.isRetriable {
                throw error
            } catch {
                attempt += 1
            }
            guard !Task.isCancelled else { return }
            try? await Task.sleep(
                for: Backoff(base: .milliseconds(250), cap: .seconds(15)).delay(attempt: attempt))
        }
    }

    package func close() async {}

    private func stream(_ path: String, since: UInt64, _ tell: @Sendable (LiveEvent) -> Void) async throws {
        let door = RequestAuth.Door.other(method: "GET", path: path, .since("\(since)"), server: self.server)
        var request = HTTPClientRequest(url: "\(self.base)\(path)?since=\(since)")
        request.headers.add(name: RequestAuth.headerName, value: self.auth(door))
        let response = try await self.http.execute(request, timeout: .minutes(16))
        guard response.status == .ok else {
            throw KezError(status: Int(response.status.code), body: try await Self.bytes(response))
        }
        var reader = EventStreamReader()
        for try await chunk in response.body {
            for data in reader.read([UInt8](chunk.readableBytesView)) {
                let document = try JSONDocument(refusing: data, maximumDepth: Limits.bodyDepth)
                tell(.listed(try InboxMessage(json: document.root)))
            }
        }
    }

    // MARK: Requests

    private static func own(_ handle: Handle?) throws(KezError) -> String {
        guard let handle else { throw KezError(.notFound, "This key has no handle: register one first.") }
        return handle.text
    }

    private func auth(_ door: RequestAuth.Door) -> String {
        RequestAuth(signing: door, at: WallClock.system.now(), by: self.identity.signer).header
    }

    private func get(_ path: String, auth: String? = nil) async throws(KezError) -> JSONValue {
        var request = HTTPClientRequest(url: self.base + path)
        if let auth { request.headers.add(name: RequestAuth.headerName, value: auth) }
        return try await self.run(request)
    }

    private func post(_ path: String, _ body: [UInt8]) async throws(KezError) -> JSONValue {
        var request = HTTPClientRequest(url: self.base + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(body)
        return try await self.run(request)
    }

    private func run(_ request: HTTPClientRequest) async throws(KezError) -> JSONValue {
        let status: Int
        let body: [UInt8]
        do {
            let response = try await self.http.execute(
                request, timeout: .nanoseconds(Int64((self.timeout + .seconds(1)) / .nanoseconds(1))))
            status = Int(response.status.code)
            body = try await Self.bytes(response)
        } catch {
            throw KezError(.unavailable, "The server at \(self.base) cannot be reached.")
        }
        guard (200..<300).contains(status) else { throw KezError(status: status, body: body) }
        return try JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth).root
    }

    private static func bytes(_ response: HTTPClientResponse) async throws -> [UInt8] {
        // A chain of a thousand links is the largest answer there is.
        [UInt8](try await response.body.collect(upTo: 24 << 20).readableBytesView)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(CharacterSet(charactersIn: "/")))
            ?? text
    }
}
