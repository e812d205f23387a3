import KezCore
import KezRuntime

/// Handles, users and sigchains: the registry's operations over HTTP.
///
/// Source: protocol, sections 4, 5 and 7.
struct RegistryDoor: Sendable {
    let configuration: GatewayConfiguration
    let link: BrokerLink
    let directory: Directory
    let budgets: AddressBudgets

    /// `GET /v1/u/:handle`; `name@server` for this server.
    func user(_ name: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        guard let handle = self.handle(name) else { throw KezError(.notFound) }
        return .json(try await self.user(handle, request))
    }

    private func user(_ handle: Handle, _ request: IncomingRequest) async throws(KezError) -> [UInt8] {
        try await self.link.call(.lookup, LookupRequest(handle: handle.text).bytes, by: request.deadline)
    }

    /// - Returns: nil for what is no handle, and for a handle of another server.
    private func handle(_ name: String) -> Handle? {
        if let full = FullHandle(name) { return full.server == self.configuration.server ? full.handle : nil }
        return Handle(name)
    }

    /// `GET /v1/by-primary/:primary`.
    func user(primary key: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        guard let primary = Primary(textOrHex: key) else {
            throw KezError(
                .badRequest, "A primary is `ed25519:` and 64 lowercase hexadecimal digits, or the digits alone.")
        }
        return .json(try await self.link.call(.byPrimary, PrimaryRequest(primary).bytes, by: request.deadline))
    }

    /// `POST /v1/register`.
    func register(_ request: IncomingRequest, atMost limit: Int) async throws(KezError) -> Reply {
        try self.budgets.take(.registrations, for: request.address)
        return .json(try await self.claim(.register, request, atMost: limit), status: 201)
    }

    /// `POST /v1/release`.
    func release(_ request: IncomingRequest, atMost limit: Int) async throws(KezError) -> Reply {
        .json(try await self.claim(.release, request, atMost: limit))
    }

    private func claim(
        _ method: RPCEndpoint.Registry, _ request: IncomingRequest, atMost limit: Int
    ) async throws(KezError) -> [UInt8] {
        let body = try await request.bytes(atMost: limit)
        // What is no JSON at all need not travel. The registry makes every other check, in its order.
        let document = try JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth)
        // The registry's own event comes too, but maybe after this answer.
        let primary = document.root["payload"]?["primary"]?.string.flatMap { Primary(text: $0) }
        let answer: Result<[UInt8], KezError>
        do {
            answer = .success(try await self.link.call(method, body, by: request.deadline))
        } catch {
            answer = .failure(error)
        }
        if let primary { self.directory.invalidate(primary) }
        return try answer.get()
    }

    /// `GET /v1/sigchains/ed25519/:hex?from=<seq>`.
    func sigchain(_ key: String, _ request: IncomingRequest) async throws(KezError) -> Reply {
        guard let primary = Primary(hex: key) else { throw KezError(.notFound) }
        var from: UInt64 = 1
        if let text = request.target.value("from") {
            guard text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), let number = UInt64(text) else {
                throw KezError(.badRequest, "The query's `from` must be a whole number of 0 or more.")
            }
            from = number
        }
        return .json(try await self.links(of: primary, from: from, request))
    }

    /// The links from one on, all of them: over the broker a long chain comes in parts, for a message there is
    /// at most 1 MiB.
    private func links(of primary: Primary, from: UInt64, _ request: IncomingRequest) async throws(KezError) -> [UInt8]
    {
        var links: [[UInt8]] = []
        while true {
            let next = max(from, 1) + UInt64(links.count)
            let body = try await self.link.call(
                .sigchainGet, SigchainRequest(primary: primary, from: next).bytes, by: request.deadline)
            let part = try SigchainView(json: JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth).root)
            links += part.links
            // The last part, and the usual chain that has only one.
            if part.links.isEmpty || UInt64(part.length) < max(from, 1) + UInt64(links.count) {
                guard links.count > part.links.count else { return body }
                return SigchainView(primary: primary, links: links, head: part.head, length: part.length).bytes
            }
        }
    }

    /// `POST /v1/sigchains/ed25519/:hex`.
    func append(to key: String, _ request: IncomingRequest, atMost limit: Int) async throws(KezError) -> Reply {
        guard let primary = Primary(hex: key) else { throw KezError(.notFound) }
        let body = try await request.bytes(atMost: limit)
        let document = try JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth)
        if let named = document.root["payload"]?["primary"]?.string, named != primary.text {
            throw KezError(.badEnvelope, "The link is for another chain than the one in the path.")
        }
        return .json(try await self.link.call(.sigchainAppend, body, by: request.deadline), status: 201)
    }
}
