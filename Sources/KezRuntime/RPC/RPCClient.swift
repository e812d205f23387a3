package import KezCore
package import NATS

/// Calls the operations of the API over the broker.
package struct RPCClient: Sendable {
    package let connection: NATSConnection
    package let timeout: Duration

    package init(_ connection: NATSConnection, timeout: Duration = .seconds(4)) {
        self.connection = connection
        self.timeout = timeout
    }

    /// - Returns: the body of a good answer.
    /// - Throws: the `KezError` that was answered; `unavailable` when the broker or the service cannot be reached.
    package func call(_ subject: RPCSubject, _ body: [UInt8] = [UInt8]("{}".utf8)) async throws(KezError) -> [UInt8] {
        let reply: Message
        do {
            reply = try await self.connection.request(body, to: subject.text, timeout: self.timeout)
        } catch {
            throw KezError(broker: error)
        }
        if let status = reply.headers["Nats-Service-Error-Code"].flatMap({ Int($0) }) {
            throw KezError(status: status, body: reply.payload)
        }
        return reply.payload
    }

    /// The answer's members.
    ///
    /// - Throws: as `call`; `internal` when the answer is no JSON object.
    package func members(
        _ subject: RPCSubject, _ body: [UInt8] = [UInt8]("{}".utf8)
    ) async throws(KezError) -> MemberReader {
        try MemberReader(body: try await self.call(subject, body), refusing: .internalError)
    }
}

extension KezError {
    /// What a caller is told when the broker does not do its part.
    package init(broker error: NATSError) {
        switch error.kind {
        case .maximumPayload: self.init(.tooLarge)
        case .jetStream(.messageTooLarge, _): self.init(.tooLarge)
        case .jetStream(.full, _): self.init(.inboxFull)
        case .noResponders: self.init(.unavailable, "The service behind this call is not running; try again soon.")
        case .timeout: self.init(.unavailable, "No answer in time; try again soon.")
        case .disconnected, .closed: self.init(.unavailable, "The broker cannot be reached; try again soon.")
        default: self.init(.unavailable)
        }
    }
}
