import Foundation
import KezTesting
import NATS
import NKeys
import Testing

@Suite struct ConnectionTests {
    static func options(_ broker: TestBroker) -> ConnectionOptions {
        ConnectionOptions(
            servers: [broker.url], name: "test", reconnect: Backoff(base: .milliseconds(20), cap: .milliseconds(200)))
    }

    @Test func deliversWhatIsPublished() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let subscription = try connection.subscribe(to: "a.*")
        try connection.publish(Array("hello".utf8), to: "a.b", headers: ["X": "1", "Y": "2"], reply: "r.e")
        let message = try await within { await subscription.next() }
        #expect(message?.payload == Array("hello".utf8))
        #expect(message?.headers["X"] == "1")
        #expect(message?.headers["Y"] == "2")
        #expect(message?.reply == "r.e")
        await connection.close()
        #expect(await subscription.next() == nil)
    }

    @Test func answersTenThousandRequestsInFlight() async throws {
        let broker = try await TestBroker(jetStream: false)
        let server = try await NATSConnection.connect(Self.options(broker))
        let client = try await NATSConnection.connect(Self.options(broker))
        let subscription = try server.subscribe(to: "echo", queue: "q")
        try await server.flush()
        let echo = Task {
            for await message in subscription {
                try server.publish(message.payload, to: message.reply ?? "nowhere")
            }
        }
        let pending = try (0..<10_000).map {
            try client.startRequest(Array("\($0)".utf8), to: "echo", timeout: .seconds(20))
        }
        for (index, reply) in pending.enumerated() {
            let message = try await reply.value()
            #expect(message.payload == Array("\(index)".utf8))
        }
        await client.close()
        await server.close()
        try await echo.value
    }

    @Test func tellsThatNobodyResponds() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        await #expect { try await connection.request([], to: "nobody") } throws: {
            ($0 as? NATSError)?.kind == .noResponders
        }
        await connection.close()
    }

    @Test func requestEndsAtItsDeadline() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let silent = try connection.subscribe(to: "silent")
        await #expect { try await connection.request([], to: "silent", timeout: .milliseconds(100)) } throws: {
            ($0 as? NATSError)?.kind == .timeout
        }
        silent.stop()
        await connection.close()
    }

    @Test func cancelledRequestEndsAtOnce() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let silent = try connection.subscribe(to: "silent")
        let task = Task { () -> NATSError.Kind? in
            do {
                _ = try await connection.request([], to: "silent", timeout: .seconds(60))
                return nil
            } catch { return (error as? NATSError)?.kind }
        }
        _ = await silent.next()
        task.cancel()
        #expect(try await within { await task.value } == .cancelled)
        await connection.close()
    }

    @Test func reconnectsAndKeepsItsSubscriptions() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let events = connection.events()
        let subscription = try connection.subscribe(to: "a")
        try await broker.stop(signal: SIGKILL)
        var iterator = events.makeAsyncIterator()
        if case .disconnected = await iterator.next() {} else { Issue.record("no disconnect was told") }
        #expect(throws: NATSError.self) { try connection.publish([], to: "a") }
        try await broker.start()
        while let event = await iterator.next(), event != .connected(isReconnect: true) {}
        try connection.publish([1], to: "a")
        #expect(try await within { await subscription.next() }?.payload == [1])
        await connection.close()
    }

    @Test func requestsInFlightFailWhenTheConnectionBreaks() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let silent = try connection.subscribe(to: "silent")
        let reply = try connection.startRequest([], to: "silent", timeout: .seconds(60))
        _ = await silent.next()
        try await broker.stop(signal: SIGKILL)
        await #expect { try await reply.value() } throws: { ($0 as? NATSError)?.kind == .disconnected }
        await connection.close()
    }

    @Test func refusesToConnectWhereNobodyListens() async throws {
        await #expect(throws: NATSError.self) {
            try await NATSConnection.connect(ConnectionOptions(servers: ["nats://127.0.0.1:1"], name: "test"))
        }
    }

    @Test func logsInWithAnNKey() async throws {
        let pair = NKeyPair.generate(role: .user)
        let broker = try await TestBroker(
            jetStream: false, configuration: "authorization { users: [ { nkey: \(pair.publicKey.text) } ] }")
        var options = Self.options(broker)
        options.credentials = .nkey(pair)
        let connection = try await NATSConnection.connect(options)
        try await connection.flush()
        await connection.close()

        options.credentials = .nkey(.generate(role: .user))
        await #expect { try await NATSConnection.connect(options) } throws: {
            ($0 as? NATSError)?.kind == .authorization
        }
    }

    /// One signature in 256 begins with a zero byte, which libnats takes for an empty string.
    @Test func logsInWhateverTheSignatureLooksLike() async throws {
        let pair = NKeyPair.generate(role: .user)
        let broker = try await TestBroker(
            jetStream: false, configuration: "authorization { users: [ { nkey: \(pair.publicKey.text) } ] }")
        var options = Self.options(broker)
        options.credentials = .nkey(pair)
        for _ in 0..<1000 {
            let connection = try await NATSConnection.connect(options)
            await connection.close()
        }
    }

    @Test func logsInWithAPassword() async throws {
        let broker = try await TestBroker(
            jetStream: false, configuration: "authorization { user: a, password: secret }")
        var options = Self.options(broker)
        options.credentials = .password(user: "a", password: "secret")
        let connection = try await NATSConnection.connect(options)
        await connection.close()
        options.credentials = .password(user: "a", password: "wrong")
        await #expect { try await NATSConnection.connect(options) } throws: {
            ($0 as? NATSError)?.kind == .authorization
        }
    }

    @Test func tellsPermissionViolations() async throws {
        let broker = try await TestBroker(
            jetStream: false,
            configuration:
                "authorization { users: [ { user: a, password: b, permissions: { publish: [x], subscribe: [\"_INBOX.>\"] } } ] }"
        )
        var options = Self.options(broker)
        options.credentials = .password(user: "a", password: "b")
        let connection = try await NATSConnection.connect(options)
        let events = connection.events()
        try connection.publish([], to: "y")
        let event = try await within { await events.first { _ in true } }
        if case .permissionViolation(let words) = event {
            #expect(words.contains("y"))
        } else {
            Issue.record("\(event as Any)")
        }
        await connection.close()
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "a b", "a\r\nPUB b 0", "a\tb", "a.*", "a.>"])
    func refusesSubjectsThatCannotBePublishedTo(subject: String) async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        #expect { try connection.publish([], to: subject) } throws: { ($0 as? NATSError)?.kind == .invalid }
        #expect { try connection.publish([], to: "a", headers: ["A": subject + "\r\nB: c"]) } throws: {
            ($0 as? NATSError)?.kind == .invalid
        }
        await connection.close()
    }

    @Test func refusesWhatIsLargerThanTheServerTakes() async throws {
        let broker = try await TestBroker(jetStream: false, configuration: "max_payload: 1024")
        let connection = try await NATSConnection.connect(Self.options(broker))
        try connection.publish([UInt8](repeating: 1, count: 1024), to: "a")
        #expect { try connection.publish([UInt8](repeating: 1, count: 1025), to: "a") } throws: {
            ($0 as? NATSError)?.kind == .maximumPayload
        }
        try await connection.flush()
        await connection.close()
    }

    @Test func countsWhatASlowConsumerLoses() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let events = connection.events()
        let subscription = try connection.subscribe(to: "a", buffer: 10)
        for index in 0..<100 { try connection.publish([UInt8(index)], to: "a") }
        try await eventually("ninety are lost") { subscription.lost == 90 }
        for index in 0..<10 { #expect(await subscription.next()?.payload == [UInt8(index)]) }
        #expect(await events.first { _ in true } == .slowConsumer(subject: "a", lost: 1))
        await connection.close()
    }

    @Test func drainHandsOutWhatTheServerHasSent() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let subscription = try connection.subscribe(to: "a")
        for index in 0..<1000 { try connection.publish(Array("\(index)".utf8), to: "a") }
        await connection.drain()
        var count = 0
        while await subscription.next() != nil { count += 1 }
        #expect(count == 1000)
    }

    @Test func givesLargeAmountsBackInOrder() async throws {
        let broker = try await TestBroker(jetStream: false)
        let connection = try await NATSConnection.connect(Self.options(broker))
        let subscription = try connection.subscribe(to: "a")
        let payload = [UInt8](repeating: 7, count: 100_000)
        for index in 0..<200 { try connection.publish(payload + Array("\(index)".utf8), to: "a") }
        for index in 0..<200 {
            #expect(
                try await within { await subscription.next() }?.payload.suffix(from: 100_000).elementsEqual(
                    "\(index)".utf8) == true)
        }
        await connection.close()
    }
}

@Suite struct NoncePolicyTests {
    @Test(arguments: ["tvBYCVeCEM1KUn4", "abcdefgh", String(repeating: "a", count: 64), "A-_9zzzz"])
    func signsNonces(_ nonce: String) { #expect(NoncePolicy.mayBeSigned(Array(nonce.utf8))) }

    @Test(arguments: [
        "", "short12", String(repeating: "a", count: 65), "{\"kez\":1}", "GET\n/v1/inbox/a\nsince=0\n1", "abc defgh",
        "äbcdefgh",
    ])
    func refusesWhatCouldBeSomethingElse(_ nonce: String) { #expect(!NoncePolicy.mayBeSigned(Array(nonce.utf8))) }
}
