import HTTPTypes
import HummingbirdCore
import KezCore
import KezRuntime
import Logging
import NIOCore

/// Takes the requests of one listener: budget, route, method, door, and the headers that every answer has.
struct HTTPFrontDesk: Sendable {
    let listener: Listener
    let configuration: GatewayConfiguration
    let doors: Doors
    let budgets: AddressBudgets
    let pause: RefusalPause
    let tally: GatewayTally
    let logger: Logger

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = ContinuousClock.now
        let target = RequestTarget(request.head.path ?? "/")
        let route = Route(target, on: self.listener)
        let incoming = self.incoming(request, target, channel)
        if let route, self.awaitsContinue(incoming, route) {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let requestID = RequestID.of(request.headers[.requestID])
        let reply = await self.reply(to: incoming, route)
        self.tally.answered(
            route: route?.name ?? "unknown", method: incoming.method, status: reply.status, took: .now - start)
        self.logger.debug(
            "answered",
            metadata: [
                "http.route": "\(route?.name ?? "unknown")", "http.status": "\(reply.status)",
                "http.request_id": "\(requestID)",
            ])
        try await self.send(reply, requestID, isHead: incoming.method == "HEAD", to: request, writer)
    }

    private func incoming(_ request: Request, _ target: RequestTarget, _ channel: any Channel) -> IncomingRequest {
        IncomingRequest(
            method: request.method.rawValue, target: target, headers: request.headers,
            authority: request.head.authority,
            address: ClientAddress.of(
                peer: channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) },
                forwarded: request.headers[values: .forwardedFor], trusted: self.configuration.trustedProxies),
            body: request.body, time: AnswerTime(self.configuration.tuning.answerTimeout))
    }

    private func reply(to request: IncomingRequest, _ route: Route?) async -> Reply {
        do throws(KezError) {
            if self.listener != .internal { try self.budgets.take(.http, for: request.address) }
            guard let route else { throw KezError(.notFound) }
            if request.method == "OPTIONS" {
                return Reply(status: 204, headers: CommonHeaders.preflight(route, on: self.listener))
            }
            guard route.methods.contains(request.method) else {
                var reply = Reply(KezError(.methodNotAllowed))
                reply.headers[.allow] = route.allow
                return reply
            }
            return try await self.doors.answer(request, route, on: self.listener)
        } catch {
            if error.code == .rateLimited, self.listener != .internal { await self.pause.wait() }
            return Reply(error)
        }
    }

    /// Whether the caller waits for a word before it sends the body.
    private func awaitsContinue(_ request: IncomingRequest, _ route: Route) -> Bool {
        request.headers[.expect]?.lowercased() == "100-continue" && route.methods.contains(request.method)
            && (request.declaredLength ?? 0) <= self.doors.limit(of: route)
    }

    private func send(
        _ reply: Reply, _ requestID: String, isHead: Bool, to request: Request, _ writer: consuming ResponseWriter
    ) async throws {
        var headers = reply.headers
        for (name, value) in CommonHeaders.all(requestID: requestID, on: self.listener) where headers[name] == nil {
            headers[name] = value
        }
        headers[.date] = HTTPDate.text(self.configuration.clock.now())
        let status = HTTPResponse.Status(code: reply.status)
        switch reply.body {
        case .bytes(let bytes):
            if reply.status != 204, reply.status != 304 { headers[.contentLength] = String(bytes.count) }
            let head = HTTPResponse(status: status, headerFields: headers)
            guard !isHead, !bytes.isEmpty else { return try await writer.writeResponse(head) }
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let write):
            headers[.connection] = "close"
            if isHead { headers[.contentLength] = "0" }
            let head = HTTPResponse(status: status, headerFields: headers)
            guard !isHead else { return try await writer.writeResponse(head) }
            var body: any ResponseBodyWriter = try await writer.writeHead(head)
            try await write(&body, request.body)
            try await body.finish(nil)
        }
    }
}
