import KezCore
import NATS

extension NATSDoor {
    private enum Outcome<Value: Sendable>: Sendable {
        case finished(Result<Value, KezError>)
        /// The broker refused the publish.
        case notPermitted
        case connectionClosed
    }

    /// Does `body`, which publishes on `subject`, and ends as soon as the broker says that it may not: no answer
    /// would follow, and the caller would wait for his deadline.
    ///
    /// - Throws: what `body` throws; `suspended` with reason and end, or `forbidden`, when it may not publish.
    func whilePermitted<Value: Sendable>(
        _ subject: String, on connection: NATSConnection, _ body: @escaping @Sendable () async throws(KezError) -> Value
    ) async throws(KezError) -> Value {
        let events = connection.events()
        let outcome = await withTaskGroup(of: Outcome<Value>.self) { group -> Outcome<Value> in
            group.addTask {
                do throws(KezError) {
                    return .finished(.success(try await body()))
                } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask {
                for await event in events {
                    // `Permissions Violation for Publish to "kez.send.…"`.
                    if case .permissionViolation(let words) = event, words.contains("\"\(subject)\"") {
                        return .notPermitted
                    }
                }
                return .connectionClosed
            }
            defer { group.cancelAll() }
            while let outcome = await group.next() {
                if case .connectionClosed = outcome { continue }
                return outcome
            }
            return .connectionClosed
        }
        switch outcome {
        case .finished(let result): return try result.get()
        case .notPermitted:
            let status = try await self.status()
            guard status.isSuspended else { throw KezError(.forbidden) }
            throw KezError.suspended(reason: status.reason, until: status.until)
        case .connectionClosed: throw KezError(.unavailable)
        }
    }
}
