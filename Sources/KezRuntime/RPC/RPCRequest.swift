package import KezCore
package import NATS

/// A call, as a service's handler sees it.
package struct RPCRequest: Sendable {
    /// Proved by the broker's permissions.
    package let caller: RPCCaller
    package let body: [UInt8]

    package init(caller: RPCCaller, body: [UInt8]) {
        self.caller = caller
        self.body = body
    }

    /// The members of the body; an empty body is an empty object.
    ///
    /// - Throws: `KezError` with `bad_json`, or `bad_request` when it is no object.
    package func members() throws(KezError) -> MemberReader {
        try MemberReader(body: self.body.isEmpty ? [UInt8]("{}".utf8) : self.body)
    }

    /// The calling account.
    ///
    /// - Throws: `KezError` with `forbidden` when a service calls in its own name.
    package func account() throws(KezError) -> Primary {
        guard let account = self.caller.account else {
            throw KezError(.forbidden, "This call is for accounts.")
        }
        return account
    }
}

/// One operation that a service answers.
package struct RPCHandler: Sendable {
    package let endpoint: RPCEndpoint
    /// Requests handled at the same time.
    package let concurrency: Int
    package let answer: @Sendable (RPCRequest) async throws(KezError) -> [UInt8]

    package init(
        _ endpoint: RPCEndpoint, concurrency: Int = 64,
        answer: @escaping @Sendable (RPCRequest) async throws(KezError) -> [UInt8]
    ) {
        self.endpoint = endpoint
        self.concurrency = concurrency
        self.answer = answer
    }

    /// The NATS endpoint: parses the caller out of the subject, and turns a refusal into the error headers
    /// and the error body of the protocol, section 8.
    ///
    /// - Parameter queue: the queue group; members share the calls.
    package func endpoint(queue: String = "q") -> ServiceEndpoint {
        ServiceEndpoint(
            name: self.name, subject: self.endpoint.pattern, queue: queue, concurrency: self.concurrency
        ) { message in
            do {
                guard let subject = RPCSubject(message.subject) else {
                    throw KezError(.badRequest, "The subject is not that of a call.")
                }
                guard subject.isOnOwnShard else { throw KezError(.wrongShard) }
                return .success(try await self.answer(RPCRequest(caller: subject.caller, body: message.payload)))
            } catch let error as KezError {
                return .failure(status: error.status, message: error.message, body: error.body)
            } catch {
                let unknown = KezError(.internalError)
                return .failure(status: unknown.status, message: unknown.message, body: unknown.body)
            }
        }
    }

    private var name: String {
        switch self.endpoint {
        case .registry(let method): "registry-\(method.rawValue)"
        case .account(let method): "account-\(method.rawValue)"
        case .inbox(let shard, let method): "inbox-\(shard.digit)-\(method.rawValue)"
        }
    }
}
