import KezCore
import KezRuntime
import NATS
import Sodium

/// Publishes into a stream until it is acknowledged or the call's time is up; the stream stores it once.
struct ReliablePublisher: Sendable {
    let jetStream: JetStream
    let stream: String

    /// - Returns: the sequence it was stored under.
    /// - Throws: `unavailable`.
    func publish(_ payload: [UInt8], to subject: String, _ deadline: Deadline) async throws(KezError) -> UInt64 {
        let sequence = try await self.publish(
            payload, to: subject, expecting: .init(messageID: Hex.encode(randomBytes(16)), stream: self.stream),
            deadline)
        guard let sequence else { throw KezError(.unavailable) }
        return sequence
    }

    /// - Parameter previous: the last sequence on `subject`, 0 for none.
    /// - Returns: the sequence it was stored under; nil when somebody else wrote behind `previous`.
    /// - Throws: `unavailable`.
    func publish(
        _ payload: [UInt8], to subject: String, after previous: UInt64, _ deadline: Deadline
    ) async throws(KezError) -> UInt64? {
        try await self.publish(
            payload, to: subject,
            expecting: .init(
                messageID: Hex.encode(randomBytes(16)), lastSubjectSequence: previous, stream: self.stream), deadline)
    }

    /// The last message on `subject`, by the leader's word.
    func last(on subject: String) async throws(KezError) -> StreamMessage? {
        do {
            return try await self.jetStream.lastMessage(on: subject, of: self.stream)
        } catch {
            guard case .jetStream(.messageNotFound, _) = error.kind else { throw KezError(broker: error) }
            return nil
        }
    }

    private func publish(
        _ payload: [UInt8], to subject: String, expecting expectations: JetStream.Expectations, _ deadline: Deadline
    ) async throws(KezError) -> UInt64? {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while !deadline.hasPassed, !Task.isCancelled {
            do {
                return try await self.jetStream.publish(
                    payload, to: subject, expecting: expectations,
                    timeout: deadline.remaining(atMost: self.jetStream.timeout)
                ).seq
            } catch {
                switch error.kind {
                case .jetStream(let code, _) where code.isLostRace: return nil
                case .jetStream(.full, _):
                    throw KezError(.unavailable, "The log takes no more at the moment; try again later.")
                default: if !error.isRetriable { throw KezError(broker: error) }
                }
            }
            let delay = Backoff(base: .milliseconds(20), cap: .milliseconds(500)).delay(
                attempt: attempt, using: &generator)
            try? await Task.sleep(for: delay)
            attempt += 1
        }
        throw KezError(.unavailable)
    }
}
