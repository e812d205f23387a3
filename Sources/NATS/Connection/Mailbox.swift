private import Synchronization

/// Holds the messages of one subscription between libnats's delivery thread and its consumers.
///
/// Bounded: when `capacity` messages wait, new ones are lost and counted. Any number of tasks may take
/// from it; each message goes to one.
///
/// Newest first is for requests whose callers give up: in the order of arrival, a backlog longer than their
/// patience would be answered too late from its first message to its last. Then the oldest are lost.
final class Mailbox: Sendable {
    /// What a consumer gets.
    enum Delivery: Sendable {
        /// At least one, in order of arrival or newest first.
        case messages([Message])
        /// The connection was lost and is back, with the subscription: messages may be missing.
        case interrupted
        case timedOut
        /// No more will come.
        case ended
    }

    private struct Waiter {
        let id: UInt64
        let limit: Int
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Delivery, Never>
    }

    private struct State {
        let isNewestFirst: Bool
        var queue: [Message] = []
        /// Messages of `queue` before this index are taken.
        var head = 0
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
        var isEnded = false
        var isInterrupted = false
        var lost = 0

        var count: Int { self.queue.count - self.head }

        mutating func take(_ limit: Int) -> [Message] {
            if self.isNewestFirst {
                let taken = [Message](self.queue[self.head...].suffix(limit).reversed())
                self.queue.removeLast(taken.count)
                self.compact()
                return taken
            }
            if self.head == 0, self.queue.count <= limit {
                defer { self.queue = [] }
                return self.queue
            }
            let end = min(self.head + limit, self.queue.count)
            let taken = [Message](self.queue[self.head..<end])
            self.head = end
            self.compact()
            return taken
        }

        /// Makes room for one by losing the oldest.
        mutating func loseOldest() {
            self.head += 1
            self.compact()
        }

        /// Gives the taken half back, so that the array does not grow for ever under a steady backlog.
        private mutating func compact() {
            guard self.head * 2 > self.queue.count else { return }
            self.queue.removeFirst(self.head)
            self.head = 0
        }

        /// What a consumer can have without waiting.
        mutating func ready(_ limit: Int) -> Delivery? {
            if self.count > 0 { return .messages(self.take(limit)) }
            if self.isInterrupted {
                self.isInterrupted = false
                return .interrupted
            }
            return self.isEnded ? .ended : nil
        }
    }

    private let capacity: Int
    private let state: Mutex<State>

    init(capacity: Int, isNewestFirst: Bool = false) {
        self.capacity = max(capacity, 1)
        self.state = Mutex(State(isNewestFirst: isNewestFirst))
    }

    /// Messages lost because the mailbox was full.
    var lost: Int { self.state.withLock { $0.lost } }

    /// - Returns: how many messages were lost so far, when this one made it one more; nil when there was room.
    func deliver(_ message: Message) -> Int? {
        let (waiter, lost) = self.state.withLock { state -> (Waiter?, Int?) in
            guard !state.isEnded else { return (nil, nil) }
            if !state.waiters.isEmpty { return (state.waiters.removeFirst(), nil) }
            guard state.count < self.capacity else {
                state.lost += 1
                if state.isNewestFirst {
                    state.loseOldest()
                    state.queue.append(message)
                }
                return (nil, state.lost)
            }
            state.queue.append(message)
            return (nil, nil)
        }
        waiter?.continuation.resume(returning: .messages([message]))
        return lost
    }

    /// Ends it for good: what waits is still handed out.
    func end() {
        let waiters = self.state.withLock { state -> [Waiter] in
            state.isEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .ended) }
    }

    /// Tells one consumer that messages may be missing.
    func interrupt() {
        let waiter = self.state.withLock { state -> Waiter? in
            guard !state.isEnded else { return nil }
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            state.isInterrupted = true
            return nil
        }
        waiter?.continuation.resume(returning: .interrupted)
    }

    /// Wakes consumers whose deadline has passed.
    ///
    /// - Returns: whether a deadline is less than a second away.
    func expire(now: ContinuousClock.Instant) -> Bool {
        let (late, isSoon) = self.state.withLock { state -> ([Waiter], Bool) in
            let late = state.waiters.filter { $0.deadline.map { $0 <= now } ?? false }
            if !late.isEmpty { state.waiters.removeAll { $0.deadline.map { $0 <= now } ?? false } }
            let soon = now.advanced(by: .seconds(1))
            return (late, state.waiters.contains { $0.deadline.map { $0 < soon } ?? false })
        }
        for waiter in late { waiter.continuation.resume(returning: .timedOut) }
        return isSoon
    }

    /// Takes up to `limit` messages, waiting for the first. A cancelled task gets `.ended`; the mailbox
    /// itself goes on.
    func take(upTo limit: Int, deadline: ContinuousClock.Instant? = nil) async -> Delivery {
        let id = self.state.withLock { state -> UInt64 in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state -> Delivery? in
                    if let ready = state.ready(limit) { return ready }
                    if Task.isCancelled { return .ended }
                    state.waiters.append(
                        Waiter(id: id, limit: limit, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(returning: .ended)
        }
    }
}
