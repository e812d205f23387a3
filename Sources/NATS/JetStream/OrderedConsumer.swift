private import Synchronization

/// A stream's messages in order, each once, from a sequence on: through reconnects, lost messages and
/// restarts of the broker.
///
/// The broker pushes as fast as flow control lets it, and flow control is answered only when everything
/// before it was taken, so a slow reader holds a bounded amount and loses nothing.
package final class OrderedConsumer: Sendable {
    package struct Options: Sendable {
        /// First stream sequence wanted; 1 is the beginning.
        package var startSequence: UInt64
        /// Only messages on this subject; wildcards work.
        package var filter: String?
        /// The broker says at this interval that it is there; two silent ones begin anew.
        package var heartbeat: Duration

        package init(startSequence: UInt64 = 1, filter: String? = nil, heartbeat: Duration = .seconds(5)) {
            self.startSequence = startSequence
            self.filter = filter
            self.heartbeat = heartbeat
        }
    }

    private struct State {
        var delivery: OrderedDelivery
        var subscription: Subscription?
        var consumerName: String?
        var resets = 0
    }

    package let stream: String
    private let jetStream: JetStream
    private let options: Options
    private let state: Mutex<State>

    package init(_ jetStream: JetStream, stream: String, options: Options = Options()) {
        self.jetStream = jetStream
        self.stream = stream
        self.options = options
        self.state = Mutex(State(delivery: OrderedDelivery(startSequence: options.startSequence)))
    }

    deinit {
        let (name, subscription) = self.state.withLock { ($0.consumerName, $0.subscription) }
        subscription?.stop()
        if let name { self.forget(name) }
    }

    /// How often reading began anew at the broker; the first time does not count.
    package var resets: Int { self.state.withLock { max(0, $0.resets - 1) } }

    /// Waits for the next messages, in order. For one task at a time.
    ///
    /// - Parameter limit: at most so many.
    /// - Returns: at least one message; an empty array when the task was cancelled or the connection closed.
    /// - Throws: `NATSError` that waiting does not mend, such as `streamNotFound`.
    package func next(upTo limit: Int) async throws(NATSError) -> [StreamMessage] {
        while !Task.isCancelled {
            guard let subscription = try await self.establish() else { return [] }
            let silence = ContinuousClock.now.advanced(by: self.options.heartbeat * 2 + .seconds(1))
            switch await subscription.mailbox.take(upTo: limit, deadline: silence) {
            case .messages(let messages):
                let taken = self.accept(messages)
                if !taken.isEmpty { return taken }
            case .interrupted, .timedOut:
                self.reset()
            case .ended:
                return []
            }
        }
        return []
    }

    private func accept(_ messages: [Message]) -> [StreamMessage] {
        var taken: [StreamMessage] = []
        taken.reserveCapacity(messages.count)
        for message in messages {
            switch self.state.withLock({ $0.delivery.accept(message) }) {
            case .deliver(let message): taken.append(message)
            case .answer(let subject): try? self.jetStream.connection.publish([], to: subject)
            case .ignore: break
            case .reset:
                self.reset()
                return taken
            }
        }
        return taken
    }

    /// Leaves the broker's consumer; the next `establish` makes another one behind the last message.
    private func reset() {
        let (name, subscription) = self.state.withLock { state in
            defer {
                state.consumerName = nil
                state.subscription = nil
            }
            return (state.consumerName, state.subscription)
        }
        subscription?.stop()
        if let name { self.forget(name) }
    }

    /// Nobody waits for the answer: the broker forgets an unused consumer by itself too.
    private func forget(_ name: String) {
        try? self.jetStream.connection.publish([], to: "$JS.API.CONSUMER.DELETE.\(self.stream).\(name)")
    }

    /// - Returns: nil when the task was cancelled or the connection is closed.
    private func establish() async throws(NATSError) -> Subscription? {
        if let subscription = self.state.withLock({ $0.subscription }) { return subscription }
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                return try await self.create()
            } catch {
                switch error.kind {
                case .closed, .cancelled: return nil
                default: if !error.isRetriable { throw error }
                }
            }
            let delay = Backoff(base: .milliseconds(50), cap: .seconds(1)).delay(attempt: attempt, using: &generator)
            try? await Task.sleep(for: delay)
            attempt += 1
        }
        return nil
    }

    private func create() async throws(NATSError) -> Subscription {
        let connection = self.jetStream.connection
        let deliverSubject = connection.newInbox()
        // Flow control bounds what the broker sends ahead; the buffer only has to be larger.
        let subscription = try connection.subscribe(to: deliverSubject, buffer: 1 << 20)
        let name = "ordered-" + RequestTable.text(of: .random(in: .min ... .max)).prefix(16)
        var configuration = ConsumerConfiguration()
        configuration.deliverPolicy = .byStartSequence
        configuration.optStartSeq = self.state.withLock { max(1, $0.delivery.nextStreamSequence) }
        configuration.ackPolicy = .none
        configuration.filterSubject = self.options.filter
        configuration.deliverSubject = deliverSubject
        configuration.flowControl = true
        configuration.idleHeartbeat = self.options.heartbeat.nanoseconds
        configuration.maxDeliver = 1
        configuration.memStorage = true
        configuration.numReplicas = 1
        configuration.inactiveThreshold = Duration.seconds(60).nanoseconds
        _ = try await self.jetStream.createConsumer(configuration, named: name, on: self.stream)
        self.state.withLock { state in
            state.delivery.begin()
            state.subscription = subscription
            state.consumerName = name
            state.resets += 1
        }
        return subscription
    }
}

/// Decides what each message of an ordered consumer means. Pure: the consumer acts on the answers.
struct OrderedDelivery: Sendable {
    enum Action: Sendable {
        case deliver(StreamMessage)
        /// Flow control: publish an empty message to this subject.
        case answer(String)
        case ignore
        /// A message is missing: begin anew at `nextStreamSequence`.
        case reset
    }

    private(set) var nextStreamSequence: UInt64
    private var nextConsumerSequence: UInt64 = 1

    init(startSequence: UInt64) { self.nextStreamSequence = startSequence }

    /// A new consumer counts from 1 again.
    mutating func begin() { self.nextConsumerSequence = 1 }

    mutating func accept(_ message: Message) -> Action {
        if let status = message.status, message.payload.isEmpty { return self.accept(status: status, message) }
        guard let reply = message.reply, let metadata = DeliveryMetadata(reply: reply) else { return .ignore }
        guard metadata.consumerSequence == self.nextConsumerSequence else {
            // Of an earlier consumer, or already seen.
            return metadata.streamSequence < self.nextStreamSequence ? .ignore : .reset
        }
        self.nextConsumerSequence += 1
        self.nextStreamSequence = metadata.streamSequence + 1
        return .deliver(
            StreamMessage(
                subject: message.subject, sequence: metadata.streamSequence, time: metadata.time,
                headers: message.headers, payload: message.payload))
    }

    private func accept(status: Int, _ message: Message) -> Action {
        guard status == 100 else { return status == 409 || status == 503 ? .reset : .ignore }
        if let reply = message.reply { return .answer(reply) }
        if let last = message.headers["Nats-Last-Consumer"].flatMap({ UInt64($0) }), last >= self.nextConsumerSequence {
            return .reset
        }
        return message.headers["Nats-Consumer-Stalled"].map { .answer($0) } ?? .ignore
    }
}

extension Duration {
    var nanoseconds: Int64 { Int64(self / .nanoseconds(1)) }
}
