private import Foundation

/// A message that a stream holds.
package struct StreamMessage: Sendable {
    package let subject: String
    package let sequence: UInt64
    /// When the broker stored it; nanoseconds since 1970.
    package let time: Int64
    package let headers: Headers
    package let payload: [UInt8]

    package init(subject: String, sequence: UInt64, time: Int64, headers: Headers, payload: [UInt8]) {
        self.subject = subject
        self.sequence = sequence
        self.time = time
        self.headers = headers
        self.payload = payload
    }
}

/// What a delivered message's reply subject says about it:
/// `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>[.<token>]`.
struct DeliveryMetadata: Equatable, Sendable {
    let streamSequence: UInt64
    let consumerSequence: UInt64
    let time: Int64
    let pending: UInt64

    init?(reply: String) {
        let tokens = reply.split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count >= 9, tokens[0] == "$JS", tokens[1] == "ACK" else { return nil }
        let base = tokens.count == 9 ? 4 : 6
        guard tokens.count > base + 4, let stream = UInt64(tokens[base + 1]),
            let consumer = UInt64(tokens[base + 2]), let time = Int64(tokens[base + 3]),
            let pending = UInt64(tokens[base + 4])
        else { return nil }
        self.streamSequence = stream
        self.consumerSequence = consumer
        self.time = time
        self.pending = pending
    }
}

/// The answer to a publish into a stream: the message is stored.
package struct PubAck: Decodable, Equatable, Sendable {
    package let stream: String
    package let seq: UInt64
    /// The stream had this `Nats-Msg-Id` already; `seq` is the first one's.
    package let duplicate: Bool

    package init(stream: String, seq: UInt64, duplicate: Bool) {
        self.stream = stream
        self.seq = seq
        self.duplicate = duplicate
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // A refusal has these members too, with sequence 0: `{"error":{…},"stream":"S","seq":0}`.
        guard !container.contains(.error) else {
            throw DecodingError.dataCorruptedError(forKey: .error, in: container, debugDescription: "a refusal")
        }
        self.stream = try container.decode(String.self, forKey: .stream)
        self.seq = try container.decode(UInt64.self, forKey: .seq)
        self.duplicate = try container.decodeIfPresent(Bool.self, forKey: .duplicate) ?? false
    }

    private enum CodingKeys: String, CodingKey { case stream, seq, duplicate, error }
}
