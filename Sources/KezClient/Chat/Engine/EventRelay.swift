import Synchronization

/// Hands events from the engine to its one reader, in order and none lost; who receives waits while the reader is behind.
final class EventRelay: Sendable {
    private struct State {
        var queue: [ChatEvent] = []
        var head = 0
        var reader: CheckedContinuation<ChatEvent?, Never>?
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isEnded = false
        /// Of files that wait.
        var bytes = 0

        var count: Int { self.queue.count - self.head }
        var hasRoom: Bool { self.count < ChatBounds.events && self.bytes < ChatBounds.eventBytes }

        mutating func add(_ events: [ChatEvent]) {
            self.queue += events
            for event in events { self.bytes += event.fileBytes }
        }

        mutating func take() -> ChatEvent? {
            guard self.count > 0 else { return nil }
            defer {
                self.head += 1
                if self.head == self.queue.count { (self.queue, self.head) = ([], 0) }
            }
            self.bytes -= self.queue[self.head].fileBytes
            return self.queue[self.head]
        }
    }

    private let state = Mutex(State())

    /// At once, however many wait: for what the reader's own calls bring about, which must not wait for the reader.
    func add(_ events: [ChatEvent]) {
        let delivery = self.state.withLock { state -> (CheckedContinuation<ChatEvent?, Never>, ChatEvent?)? in
            guard !state.isEnded else { return nil }
            state.add(events)
            guard let reader = state.reader, let first = state.take() else { return nil }
            state.reader = nil
            return (reader, first)
        }
        delivery.map { $0.resume(returning: $1) }
    }

    /// Lost when the reader is far behind.
    func offer(_ event: ChatEvent) {
        if self.hasRoom { self.add([event]) }
    }

    /// Returns when the reader is less than `ChatBounds.events` behind, or the task is cancelled.
    func push(_ events: [ChatEvent]) async {
        self.add(events)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = self.state.withLock { state in
                    if state.hasRoom || state.isEnded || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            // Whoever else waits looks again with the next event; being early costs nothing but a few entries.
            self.letGo()
        }
    }

    /// - Returns: nil when the engine has ended or the task is cancelled.
    func next() async -> ChatEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (event, isDone) = self.state.withLock { state -> (ChatEvent?, Bool) in
                    if let event = state.take() { return (event, true) }
                    if state.isEnded || Task.isCancelled || state.reader != nil { return (nil, true) }
                    state.reader = continuation
                    return (nil, false)
                }
                if isDone { continuation.resume(returning: event) }
                if self.hasRoom { self.letGo() }
            }
        } onCancel: {
            let reader = self.state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    /// What is there is still handed out; then the sequence ends.
    func end() {
        let reader = self.state.withLock { state in
            state.isEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
        self.letGo()
    }

    private var hasRoom: Bool { self.state.withLock { $0.hasRoom } }

    private func letGo() {
        let waiting = self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension ChatEvent {
    fileprivate var fileBytes: Int {
        if case .file(let file) = self.kind { file.bytes.count } else { 0 }
    }
}

/// What happens in one's conversations, for one reader; ends with `ChatEngine.run`.
public struct ChatEvents: AsyncSequence, Sendable {
    public typealias Element = ChatEvent
    public typealias Failure = Never

    let relay: EventRelay

    public func makeAsyncIterator() -> Iterator { Iterator(relay: self.relay) }

    public struct Iterator: AsyncIteratorProtocol {
        let relay: EventRelay

        public func next() async -> ChatEvent? { await self.relay.next() }
        public func next(isolation _: isolated (any Actor)?) async -> ChatEvent? { await self.relay.next() }
    }
}
