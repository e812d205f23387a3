import Foundation
import KezTesting
import NATS
import Testing

@Suite struct JetStreamTests {
    static func connect(_ broker: TestBroker) async throws -> (NATSConnection, JetStream) {
        let connection = try await NATSConnection.connect(ConnectionTests.options(broker))
        return (connection, JetStream(connection))
    }

    static func stream(_ name: String = "S", _ subjects: [String] = ["s.>"]) -> StreamConfiguration {
        var configuration = StreamConfiguration(name: name, subjects: subjects)
        configuration.storage = .file
        configuration.allowDirect = true
        return configuration
    }

    @Test func createsChangesAndDeletesAStream() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        let created = try await jetStream.createStream(Self.stream())
        #expect(created.config.subjects == ["s.>"])
        var changed = Self.stream()
        changed.maxMsgsPerSubject = 7
        #expect(try await jetStream.updateStream(changed).config.maxMsgsPerSubject == 7)
        try await jetStream.deleteStream("S")
        await #expect { try await jetStream.streamInfo("S") } throws: {
            ($0 as? NATSError)?.kind == .jetStream(.streamNotFound, status: 404)
        }
        await connection.close()
    }

    @Test func acknowledgesAndRecognisesDuplicates() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        _ = try await jetStream.createStream(Self.stream())
        let first = try await jetStream.publish([1], to: "s.a", expecting: .init(messageID: "x"))
        let second = try await jetStream.publish([1], to: "s.a", expecting: .init(messageID: "x"))
        #expect(first == PubAck(stream: "S", seq: 1, duplicate: false))
        #expect(second == PubAck(stream: "S", seq: 1, duplicate: true))
        await connection.close()
    }

    @Test func onlyOneOfTwoWritersWins() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        _ = try await jetStream.createStream(Self.stream())
        _ = try await jetStream.publish([1], to: "s.a", expecting: .init(lastSequence: 0))
        await #expect { try await jetStream.publish([1], to: "s.b", expecting: .init(lastSequence: 0)) } throws: {
            error in
            if case .jetStream(let code, _) = (error as? NATSError)?.kind { return code.isLostRace }
            return false
        }
        await #expect {
            try await jetStream.publish([1], to: "s.a", expecting: .init(lastSubjectSequence: 0))
        } throws: { error in
            if case .jetStream(let code, _) = (error as? NATSError)?.kind { return code.isLostRace }
            return false
        }
        await connection.close()
    }

    @Test func refusesWhatDoesNotFit() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        var configuration = Self.stream()
        configuration.maxMsgSize = 10
        configuration.maxMsgsPerSubject = 1
        configuration.discard = .new
        configuration.discardNewPerSubject = true
        _ = try await jetStream.createStream(configuration)
        await #expect { try await jetStream.publish([UInt8](repeating: 0, count: 11), to: "s.a") } throws: {
            ($0 as? NATSError)?.kind == .jetStream(.messageTooLarge, status: 400)
        }
        _ = try await jetStream.publish([0], to: "s.a")
        await #expect { try await jetStream.publish([0], to: "s.a") } throws: { error in
            if case .jetStream(.full, _) = (error as? NATSError)?.kind { return true }
            return false
        }
        await #expect { try await jetStream.publish([0], to: "nobody") } throws: {
            ($0 as? NATSError)?.kind == .noResponders
        }
        await connection.close()
    }

    @Test func getsMessagesBack() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        _ = try await jetStream.createStream(Self.stream())
        _ = try await jetStream.publish([1, 2], to: "s.a", expecting: .init(messageID: "m"))
        _ = try await jetStream.publish([3], to: "s.b")
        let first = try await jetStream.message(1, of: "S")
        #expect(first.payload == [1, 2])
        #expect(first.headers["Nats-Msg-Id"] == "m")
        #expect(abs(Double(first.time) / 1e9 - Date().timeIntervalSince1970) < 60)
        #expect(try await jetStream.lastMessage(on: "s.*", of: "S").sequence == 2)
        try await jetStream.deleteMessage(1, from: "S")
        await #expect { try await jetStream.message(1, of: "S") } throws: {
            ($0 as? NATSError)?.kind == .jetStream(.messageNotFound, status: 404)
        }
        try await jetStream.purgeStream("S")
        #expect(try await jetStream.streamInfo("S").state.messages == 0)
        await connection.close()
    }

    @Test func pipelinesPublishes() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await Self.connect(broker)
        _ = try await jetStream.createStream(Self.stream())
        let acks = try (0..<500).map { try jetStream.startPublish([UInt8($0 & 255)], to: "s.\($0)") }
        var sequences: [UInt64] = []
        for ack in acks { sequences.append(try await ack.value().seq) }
        #expect(sequences == (1...500).map { $0 })
        await connection.close()
    }
}

@Suite struct OrderedConsumerTests {
    static func read(_ consumer: OrderedConsumer, _ count: Int) async throws -> [StreamMessage] {
        try await within(.seconds(30), "reading \(count) messages") {
            var all: [StreamMessage] = []
            while all.count < count {
                let some = try await consumer.next(upTo: 100)
                guard !some.isEmpty else { break }
                all += some
            }
            return all
        }
    }

    @Test func readsFromASequenceOnAndThenLive() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        for index in 0..<10 { _ = try await jetStream.publish([UInt8(index)], to: "s.\(index)") }
        let consumer = OrderedConsumer(jetStream, stream: "S", options: .init(startSequence: 4))
        #expect(try await Self.read(consumer, 7).map(\.sequence) == [4, 5, 6, 7, 8, 9, 10])
        _ = try await jetStream.publish([99], to: "s.x")
        let live = try await Self.read(consumer, 1)
        #expect(live.first?.payload == [99])
        #expect(live.first?.subject == "s.x")
        await connection.close()
    }

    @Test func readsOnlyItsFilter() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        for index in 0..<10 {
            _ = try await jetStream.publish([UInt8(index)], to: index.isMultiple(of: 2) ? "s.even" : "s.odd")
        }
        let consumer = OrderedConsumer(jetStream, stream: "S", options: .init(filter: "s.odd"))
        #expect(try await Self.read(consumer, 5).map(\.sequence) == [2, 4, 6, 8, 10])
        await connection.close()
    }

    @Test func missesNothingWhenTheBrokerIsKilled() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        let consumer = OrderedConsumer(jetStream, stream: "S", options: .init(heartbeat: .milliseconds(500)))
        for index in 0..<5 { _ = try await jetStream.publish([UInt8(index)], to: "s.a") }
        #expect(try await Self.read(consumer, 5).count == 5)
        try await broker.stop(signal: SIGKILL)
        try await broker.start()
        try await eventually("it connects again") { connection.isConnected }
        for index in 5..<10 { _ = try await jetStream.publish([UInt8(index)], to: "s.a") }
        #expect(try await Self.read(consumer, 5).map(\.sequence) == [6, 7, 8, 9, 10])
        #expect(consumer.resets >= 1)
        await connection.close()
    }

    @Test func beginsAnewWhenItsConsumerIsDeleted() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        let consumer = OrderedConsumer(jetStream, stream: "S", options: .init(heartbeat: .milliseconds(300)))
        _ = try await jetStream.publish([1], to: "s.a")
        #expect(try await Self.read(consumer, 1).count == 1)
        struct Names: Decodable { let consumers: [String] }
        let answer = try await connection.request([], to: "$JS.API.CONSUMER.NAMES.S")
        for name in try JSONDecoder().decode(Names.self, from: Data(answer.payload)).consumers {
            try await jetStream.deleteConsumer(name, of: "S")
        }
        _ = try await jetStream.publish([2], to: "s.a")
        #expect(try await Self.read(consumer, 1).map(\.payload) == [[2]])
        await connection.close()
    }

    @Test func holdsABoundedAmountForASlowReader() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        let payload = [UInt8](repeating: 1, count: 10_000)
        let acks = try (0..<3000).map { _ in try jetStream.startPublish(payload, to: "s.a", timeout: .seconds(60)) }
        for ack in acks { _ = try await ack.value() }
        let consumer = OrderedConsumer(jetStream, stream: "S")
        var seen: [UInt64] = []
        while seen.count < 3000 {
            let some = try await within { try await consumer.next(upTo: 7) }
            #expect(some.count <= 7)
            seen += some.map(\.sequence)
        }
        #expect(seen == (1...3000).map { $0 })
        #expect(consumer.resets == 0)
        await connection.close()
    }

    @Test func tellsThatTheStreamDoesNotExist() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        let consumer = OrderedConsumer(jetStream, stream: "NONE")
        await #expect { try await consumer.next(upTo: 1) } throws: {
            ($0 as? NATSError)?.kind == .jetStream(.streamNotFound, status: 404)
        }
        await connection.close()
    }

    @Test func endsWhenItsTaskIsCancelled() async throws {
        let broker = try await TestBroker()
        let (connection, jetStream) = try await JetStreamTests.connect(broker)
        _ = try await jetStream.createStream(JetStreamTests.stream())
        let consumer = OrderedConsumer(jetStream, stream: "S")
        let task = Task { try await consumer.next(upTo: 1) }
        _ = try await connection.request([], to: "$JS.API.INFO")
        task.cancel()
        #expect(try await within { try await task.value }.isEmpty)
        await connection.close()
    }
}
