private import Foundation
private import Synchronization

/// One operation of a service.
package struct ServiceEndpoint: Sendable {
    package var name: String
    /// Wildcards work; the request carries the subject it was sent to.
    package var subject: String
    package var queue: String
    /// Requests handled at the same time.
    package var concurrency: Int
    /// Requests that may wait; beyond it they are lost, and the caller's deadline tells it.
    package var buffer: Int
    /// Whether a backlog is served from its end, for callers who give up soon; then the oldest are lost.
    package var isNewestFirst: Bool
    package var handler: @Sendable (Message) async -> ServiceReply

    package init(
        name: String, subject: String, queue: String = "q", concurrency: Int = 64, buffer: Int = 16_384,
        isNewestFirst: Bool = false, handler: @escaping @Sendable (Message) async -> ServiceReply
    ) {
        self.name = name
        self.subject = subject
        self.queue = queue
        self.concurrency = concurrency
        self.buffer = buffer
        self.isNewestFirst = isNewestFirst
        self.handler = handler
    }
}

/// What a handler answers.
package enum ServiceReply: Sendable {
    case success([UInt8])
    /// Sent with `Nats-Service-Error-Code` and `Nats-Service-Error`.
    case failure(status: Int, message: String, body: [UInt8])
    /// No answer at all.
    case silence
}

/// A subscribed endpoint.
package final class ActiveEndpoint: Sendable {
    private struct Counters {
        var requests = 0
        var errors = 0
        var lastError = ""
        var busy: Duration = .zero
    }

    private let endpoint: ServiceEndpoint
    private let connection: NATSConnection
    private let subscription: Subscription
    private let counters = Mutex(Counters())

    init(_ endpoint: ServiceEndpoint, connection: NATSConnection, subscription: Subscription) {
        self.endpoint = endpoint
        self.connection = connection
        self.subscription = subscription
    }

    /// Serves requests until the endpoint is drained, the connection closed or the task cancelled. After a
    /// drain, every request that had arrived has been answered when this returns.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<max(1, self.endpoint.concurrency) {
                group.addTask {
                    while let request = await self.subscription.next() { await self.handle(request) }
                }
            }
        }
    }

    /// Leaves the queue group; what had arrived is still handed to `run`.
    package func drain(timeout: Duration = .seconds(5)) async {
        await self.connection.drain(self.subscription, timeout: timeout)
    }

    private func handle(_ request: Message) async {
        let start = ContinuousClock.now
        let reply = await self.endpoint.handler(request)
        let busy = ContinuousClock.now - start
        self.counters.withLock { counters in
            counters.requests += 1
            counters.busy += busy
            if case .failure(let status, let message, _) = reply {
                counters.errors += 1
                counters.lastError = "\(status):\(message)"
            }
        }
        guard let subject = request.reply else { return }
        switch reply {
        case .success(let body): self.send(body, headers: [:], to: subject)
        case .failure(let status, let message, let body):
            self.send(body, headers: Self.errorHeaders(status: status, message: message), to: subject)
        case .silence: break
        }
    }

    private func send(_ body: [UInt8], headers: Headers, to subject: String) {
        do {
            try self.connection.publish(body, to: subject, headers: headers)
        } catch {
            // The caller's deadline tells it; what can be told at once is an answer that is too large.
            guard error.kind == .maximumPayload else { return }
            try? self.connection.publish(
                [], to: subject, headers: Self.errorHeaders(status: 500, message: "the answer is too large"))
        }
    }

    private static func errorHeaders(status: Int, message: String) -> Headers {
        let line = String(message.map { $0.isNewline ? " " : $0 })
        return ["Nats-Service-Error-Code": "\(status)", "Nats-Service-Error": line]
    }

    var info: [String: Any] {
        [
            "name": self.endpoint.name, "subject": self.endpoint.subject, "queue_group": self.endpoint.queue,
            "metadata": [String: String](),
        ]
    }

    func stats(data: Any?) -> [String: Any] {
        let counters = self.counters.withLock { $0 }
        let busy = counters.busy.nanoseconds
        var stats: [String: Any] = [
            "name": self.endpoint.name, "subject": self.endpoint.subject, "queue_group": self.endpoint.queue,
            "num_requests": counters.requests, "num_errors": counters.errors, "last_error": counters.lastError,
            "processing_time": busy,
            "average_processing_time": counters.requests == 0 ? 0 : busy / Int64(counters.requests),
        ]
        if let data { stats["data"] = data }
        return stats
    }
}

extension Message {
    /// The error of an ADR-32 reply; nil for a good one.
    package var serviceError: NATSError? {
        guard let status = self.headers["Nats-Service-Error-Code"].flatMap({ Int($0) }) else { return nil }
        return NATSError(.service(status: status), operation: "request", detail: self.headers["Nats-Service-Error"])
    }
}
