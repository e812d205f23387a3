/// Messages on a subject. Ends when the connection is closed, drained or the subscription is stopped;
/// stops by itself when nobody holds it any longer.
///
/// A core subscription may miss messages: while the connection is down, and when `buffer` messages wait
/// (new ones are lost, counted, and told as `ConnectionEvent.slowConsumer`). What must not be lost is read
/// from a stream.
package final class Subscription: AsyncSequence, Sendable {
    package typealias Element = Message
    package typealias Failure = Never

    package let subject: String
    let mailbox: Mailbox
    private let onStop: @Sendable () -> Void

    init(subject: String, mailbox: Mailbox, onStop: @escaping @Sendable () -> Void) {
        self.subject = subject
        self.mailbox = mailbox
        self.onStop = onStop
    }

    deinit { self.onStop() }

    /// Messages lost so far because the buffer was full.
    package var lost: Int { self.mailbox.lost }

    /// Stops the subscription; what has arrived is still handed out, then the sequence ends.
    package func stop() { self.onStop() }

    /// The next message; nil when the subscription has ended or the task was cancelled.
    package func next() async -> Message? {
        while true {
            switch await self.mailbox.take(upTo: 1) {
            case .messages(let messages): return messages.first
            case .ended: return nil
            case .interrupted, .timedOut: continue
            }
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription

        package func next() async -> Message? { await self.subscription.next() }

        package func next(isolation _: isolated (any Actor)?) async -> Message? { await self.subscription.next() }
    }
}
