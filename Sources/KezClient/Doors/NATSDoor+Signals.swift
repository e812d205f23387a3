package import KezCore
private import NATS

extension NATSDoor {
    /// Bytes of the longest signal that is read.
    private static let maximumSignal = 16 * 1024

    package func signal(_ signal: LiveSignal, to recipient: Primary) async {
        // Nobody misses it.
        try? self.connection.publish(signal.bytes, to: Subjects.live(to: recipient, from: self.identity.key))
    }

    package func signals(from sender: Primary, _ hear: @escaping @Sendable (LiveSignal) -> Void) async {
        while !Task.isCancelled {
            // Few: a signal that comes late says nothing.
            if let subscription = try? self.connection.subscribe(
                to: Subjects.live(to: self.identity.key, from: sender), buffer: 16)
            {
                for await message in subscription where message.payload.count <= Self.maximumSignal {
                    if let signal = LiveSignal(parsing: message.payload) { hear(signal) }
                }
            }
            // The connection was replaced or closed.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
