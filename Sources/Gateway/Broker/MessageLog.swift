import KezCore
import KezRuntime
import Logging
import NATS

/// Stores messages: one publish into the recipient's shard, which the broker acknowledges when it is durable.
struct MessageLog: Sendable {
    /// Tries of one message; the same `Nats-Msg-Id` makes a repeat harmless.
    private static let attempts = 3

    let link: BrokerLink
    let logger: Logger

    /// - Returns: the acknowledgement.
    /// - Throws: `KezError`: `inbox_full` when the log takes no more from this sender or at all, `too_large`,
    ///   `unavailable` when it is not known to be stored: sent again it is stored once.
    func store(
        _ envelope: [UInt8], to recipient: Primary, from sender: Primary?, by deadline: Deadline
    ) async throws(KezError) -> PubAck {
        let subject = Subjects.send(to: recipient, from: sender)
        let id = LogMessageID.of(subject: subject, envelope: envelope)
        var attempt = 1
        while true {
            do {
                let acknowledgement = try await self.publish(envelope, to: subject, id: id, attempt, by: deadline)
                guard acknowledgement.stream == StreamNames.log(recipient.shard) else {
                    self.logger.error(
                        "another stream than the shard's takes messages",
                        metadata: ["nats.stream": "\(acknowledgement.stream)"])
                    throw KezError(.internalError)
                }
                return acknowledgement
            } catch let error as NATSError {
                let pause: Duration = .milliseconds(100 * attempt)
                guard error.isRetriable, error.jetStreamCode != .full, attempt < Self.attempts,
                    deadline.remaining > pause * 2
                else {
                    throw KezError(broker: error)
                }
                attempt += 1
                try? await Task.sleep(for: pause)
            } catch let error as KezError {
                throw error
            } catch {
                throw KezError(.internalError)
            }
        }
    }

    private func publish(
        _ envelope: [UInt8], to subject: String, id: String, _ attempt: Int, by deadline: Deadline
    ) async throws -> PubAck {
        // The first try leaves time for another.
        let remaining = deadline.remaining
        let timeout = attempt < Self.attempts ? remaining / 2 : remaining
        guard timeout > .zero else { throw KezError(.unavailable, "No answer in time; try again soon.") }
        return try await JetStream(self.link.connected()).publish(
            envelope, to: subject, expecting: .init(messageID: id), timeout: timeout)
    }
}

extension NATSError {
    /// The code of an error of JetStream.
    fileprivate var jetStreamCode: JetStreamErrorCode? {
        guard case .jetStream(let code, _) = self.kind else { return nil }
        return code
    }
}
