private import Synchronization

/// Requests that wait for their reply, by the 128 random bits of their reply subject.
///
/// One subscription serves them all; a counter instead of random bits would let a stranger aim forged
/// replies at the next request.
final class RequestTable: Sendable {
    private struct Entry {
        let reply: PendingReply
        let deadline: ContinuousClock.Instant
    }

    private let entries = Mutex<[UInt128: Entry]>([:])

    /// Adds a request.
    ///
    /// - Returns: its token; 32 hex digits in the reply subject.
    func add(_ reply: PendingReply, deadline: ContinuousClock.Instant) -> UInt128 {
        var generator = SystemRandomNumberGenerator()
        let token = UInt128.random(in: .min ... .max, using: &generator)
        self.entries.withLock { $0[token] = Entry(reply: reply, deadline: deadline) }
        return token
    }

    func remove(_ token: UInt128) {
        _ = self.entries.withLock { $0.removeValue(forKey: token) }
    }

    /// Hands a reply to its request; a reply nobody waits for is dropped.
    func deliver(_ message: Message) {
        guard let dot = message.subject.utf8.lastIndex(of: UInt8(ascii: ".")),
            let token = UInt128(message.subject[message.subject.index(after: dot)...], radix: 16)
        else { return }
        let entry = self.entries.withLock { $0.removeValue(forKey: token) }
        entry?.reply.resolve(.success(message))
    }

    /// Ends requests whose deadline has passed.
    ///
    /// - Returns: whether others still wait.
    func expire(now: ContinuousClock.Instant) -> Bool {
        let (late, isWaiting) = self.entries.withLock { entries -> ([PendingReply], Bool) in
            guard !entries.isEmpty else { return ([], false) }
            let late = entries.filter { $0.value.deadline <= now }
            for token in late.keys { entries[token] = nil }
            return (late.values.map(\.reply), !entries.isEmpty)
        }
        for reply in late { reply.fail(.timeout) }
        return isWaiting
    }

    /// Ends every request: the connection they were sent on is gone.
    func failAll(_ kind: NATSError.Kind) {
        let all = self.entries.withLock { entries -> [PendingReply] in
            defer { entries = [:] }
            return entries.values.map(\.reply)
        }
        for reply in all { reply.fail(kind) }
    }

    static func text(of token: UInt128) -> String {
        let digits = String(token, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}

/// A reply that has not come yet: sent now, awaited later, so that many can be in flight at once.
package final class PendingReply: Sendable {
    private enum State {
        case waiting
        case awaited(CheckedContinuation<Result<Message, NATSError>, Never>)
        case resolved(Result<Message, NATSError>)
    }

    private let operation: String
    private let state = Mutex(State.waiting)
    /// Takes the request out of its table.
    private let onCancel: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    init(operation: String) { self.operation = operation }

    func setOnCancel(_ action: @escaping @Sendable () -> Void) {
        self.onCancel.withLock { $0 = action }
    }

    func fail(_ kind: NATSError.Kind, detail: String? = nil) {
        self.resolve(.failure(NATSError(kind, operation: self.operation, detail: detail)))
    }

    /// The first outcome counts.
    func resolve(_ result: Result<Message, NATSError>) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Result<Message, NATSError>, Never>? in
            switch state {
            case .waiting:
                state = .resolved(result)
                return nil
            case .awaited(let continuation):
                state = .resolved(result)
                return continuation
            case .resolved:
                return nil
            }
        }
        waiter?.resume(returning: result)
    }

    /// Waits for the reply. To be called once.
    ///
    /// - Throws: `NATSError` of kind `timeout`, `noResponders`, `disconnected`, `closed` or `cancelled`.
    package func value() async throws(NATSError) -> Message {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state -> Result<Message, NATSError>? in
                    if case .resolved(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            self.onCancel.withLock { $0 }?()
            self.fail(.cancelled)
        }
        let message = try result.get()
        if message.isNoResponders { throw NATSError(.noResponders, operation: self.operation) }
        return message
    }
}
