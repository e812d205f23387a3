private import Foundation

/// The JetStream API over its JSON requests: streams, consumers, publish with acknowledgement, message get.
///
/// Source: NATS documentation, "JetStream wire API".
package struct JetStream: Sendable {
    package let connection: NATSConnection
    /// Deadline of one API request.
    package let timeout: Duration

    package init(_ connection: NATSConnection, timeout: Duration = .seconds(5)) {
        self.connection = connection
        self.timeout = timeout
    }

    // MARK: Streams

    /// - Throws: `NATSError` with `.streamNotFound`, or when no answer comes.
    package func streamInfo(_ name: String) async throws(NATSError) -> StreamInfo {
        try await self.call("STREAM.INFO.\(name)", Empty(), operation: "stream info")
    }

    /// - Throws: `.streamNameInUse` when it exists with another configuration.
    package func createStream(_ configuration: StreamConfiguration) async throws(NATSError) -> StreamInfo {
        try await self.call("STREAM.CREATE.\(configuration.name)", configuration, operation: "stream create")
    }

    package func updateStream(_ configuration: StreamConfiguration) async throws(NATSError) -> StreamInfo {
        try await self.call("STREAM.UPDATE.\(configuration.name)", configuration, operation: "stream update")
    }

    package func deleteStream(_ name: String) async throws(NATSError) {
        let _: Success = try await self.call("STREAM.DELETE.\(name)", Empty(), operation: "stream delete")
    }

    /// Removes every message of the stream.
    package func purgeStream(_ name: String) async throws(NATSError) {
        let _: Success = try await self.call("STREAM.PURGE.\(name)", Empty(), operation: "stream purge")
    }

    /// Removes one message; its sequence stays empty.
    package func deleteMessage(_ sequence: UInt64, from stream: String) async throws(NATSError) {
        struct Request: Encodable {
            let seq: UInt64
        }
        let _: Success = try await self.call(
            "STREAM.MSG.DELETE.\(stream)", Request(seq: sequence), operation: "message delete")
    }

    /// One message by its sequence, from the stream's leader.
    ///
    /// - Throws: `.messageNotFound`.
    package func message(_ sequence: UInt64, of stream: String) async throws(NATSError) -> StreamMessage {
        try await self.message(MessageQuery(seq: sequence), of: stream)
    }

    /// The last message on `subject` (wildcards work), from the stream's leader.
    ///
    /// - Throws: `.messageNotFound`.
    package func lastMessage(on subject: String, of stream: String) async throws(NATSError) -> StreamMessage {
        try await self.message(MessageQuery(last_by_subj: subject), of: stream)
    }

    /// The first message at `sequence` or behind it, from the stream's leader.
    ///
    /// - Throws: `.messageNotFound` when the stream holds none.
    package func firstMessage(from sequence: UInt64, of stream: String) async throws(NATSError) -> StreamMessage {
        try await self.message(MessageQuery(seq: sequence, next_by_subj: ">"), of: stream)
    }

    private struct MessageQuery: Encodable {
        var seq: UInt64?
        var last_by_subj: String?
        var next_by_subj: String?
    }

    private func message(_ query: MessageQuery, of stream: String) async throws(NATSError) -> StreamMessage {
        struct Answer: Decodable {
            struct Stored: Decodable {
                let subject: String
                let seq: UInt64
                let hdrs: Data?
                let data: Data?
                let time: String
            }
            let message: Stored
        }
        let answer: Answer = try await self.call("STREAM.MSG.GET.\(stream)", query, operation: "message get")
        let stored = answer.message
        return StreamMessage(
            subject: stored.subject, sequence: stored.seq, time: RFC3339.nanoseconds(stored.time) ?? 0,
            headers: stored.hdrs.map { Headers(wire: [UInt8]($0)) } ?? [:],
            payload: stored.data.map { [UInt8]($0) } ?? [])
    }

    // MARK: Consumers

    package func createConsumer(
        _ configuration: ConsumerConfiguration, named name: String, on stream: String
    ) async throws(NATSError) -> ConsumerInfo {
        struct Request: Encodable {
            let stream_name: String
            let config: ConsumerConfiguration
        }
        var subject = "CONSUMER.CREATE.\(stream).\(name)"
        if let filter = configuration.filterSubject { subject += ".\(filter)" }
        var named = configuration
        named.name = name
        return try await self.call(
            subject, Request(stream_name: stream, config: named), operation: "consumer create")
    }

    package func deleteConsumer(_ name: String, of stream: String) async throws(NATSError) {
        let _: Success = try await self.call("CONSUMER.DELETE.\(stream).\(name)", Empty(), operation: "consumer delete")
    }

    // MARK: Publish

    /// What a publish may demand of the stream.
    package struct Expectations: Sendable {
        /// `Nats-Msg-Id`: the stream stores a message with the same id once within its duplicate window.
        package var messageID: String?
        /// The stream's last sequence; a lost race is `JetStreamErrorCode.isLostRace`.
        package var lastSequence: UInt64?
        /// The last sequence on this subject; 0: the first on it.
        package var lastSubjectSequence: UInt64?
        package var stream: String?

        package init(
            messageID: String? = nil, lastSequence: UInt64? = nil, lastSubjectSequence: UInt64? = nil,
            stream: String? = nil
        ) {
            self.messageID = messageID
            self.lastSequence = lastSequence
            self.lastSubjectSequence = lastSubjectSequence
            self.stream = stream
        }

        var headers: Headers {
            var headers = Headers()
            if let messageID { headers.append("Nats-Msg-Id", messageID) }
            if let lastSequence { headers.append("Nats-Expected-Last-Sequence", "\(lastSequence)") }
            if let lastSubjectSequence {
                headers.append("Nats-Expected-Last-Subject-Sequence", "\(lastSubjectSequence)")
            }
            if let stream { headers.append("Nats-Expected-Stream", stream) }
            return headers
        }
    }

    /// Publishes into a stream and waits until it is stored.
    ///
    /// - Throws: `NATSError`: `jetStream` when the stream refused it, `noResponders` when no stream takes the
    ///   subject (or none is led at the moment), `timeout` when it may or may not be stored: send it again
    ///   with the same `messageID`.
    package func publish(
        _ payload: [UInt8], to subject: String, expecting expectations: Expectations = Expectations(),
        timeout: Duration? = nil
    ) async throws(NATSError) -> PubAck {
        try await self.startPublish(payload, to: subject, expecting: expectations, timeout: timeout).value()
    }

    /// Publishes into a stream without waiting: many can be in flight, and leave in one write.
    package func startPublish(
        _ payload: [UInt8], to subject: String, expecting expectations: Expectations = Expectations(),
        timeout: Duration? = nil
    ) throws(NATSError) -> PendingAck {
        PendingAck(
            reply: try self.connection.startRequest(
                payload, to: subject, headers: expectations.headers, timeout: timeout ?? self.timeout))
    }

    /// An acknowledgement that has not come yet.
    package struct PendingAck: Sendable {
        let reply: PendingReply

        /// - Throws: as `publish(_:to:expecting:timeout:)`. To be called once.
        package func value() async throws(NATSError) -> PubAck {
            try JetStream.decode(try await self.reply.value().payload, operation: "publish")
        }
    }

    // MARK: Requests

    private struct Empty: Encodable {}

    private struct Success: Decodable {
        let success: Bool
    }

    private struct Failure: Decodable {
        struct Body: Decodable {
            let code: Int
            let err_code: Int?
            let description: String?
        }
        let error: Body
    }

    private func call<Answer: Decodable>(
        _ subject: String, _ body: some Encodable, operation: String
    ) async throws(NATSError) -> Answer {
        guard let payload = try? JSONEncoder().encode(body) else {
            throw NATSError(.invalid, operation: operation)
        }
        let reply: Message
        do {
            reply = try await self.connection.request(
                payload.elementsEqual("{}".utf8) ? [] : [UInt8](payload), to: "$JS.API.\(subject)",
                timeout: self.timeout)
        } catch {
            throw NATSError(error.kind, operation: operation, detail: error.detail)
        }
        return try Self.decode(reply.payload, operation: operation)
    }

    static func decode<Answer: Decodable>(_ payload: [UInt8], operation: String) throws(NATSError) -> Answer {
        let data = Data(payload)
        let decoder = JSONDecoder()
        // An error answer may carry the members of a good one too (a refused publish names its stream), so it
        // is asked for first; an answer that does not name the member is spared the decoding.
        if data.firstRange(of: Data(#""error""#.utf8)) != nil,
            let failure = try? decoder.decode(Failure.self, from: data)
        {
            throw NATSError(
                .jetStream(JetStreamErrorCode(rawValue: failure.error.err_code ?? 0), status: failure.error.code),
                operation: operation, detail: failure.error.description)
        }
        guard let answer = try? decoder.decode(Answer.self, from: data) else {
            throw NATSError(.badReply, operation: operation)
        }
        return answer
    }
}
