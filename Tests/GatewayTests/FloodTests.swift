import KezCore
import KezRuntime
import KezTesting
import NATS
import Sodium
import Testing

@testable import Gateway

/// What keeps floods over HTTP from filling the gateway.
@Suite struct FloodTests {
    private static let request = "GET /v1/config HTTP/1.1\r\nHost: a\r\n\r\n"

    private func served(_ gateway: GatewayUnderTest) async throws -> RawSocket {
        let socket = try RawSocket(port: gateway.port(.main))
        try await socket.send(Self.request)
        let head = String(decoding: try await socket.receive(until: "\r\n\r\n"), as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 200") else { throw TestFailure("not served: \(head)") }
        return socket
    }

    private func connections(_ ops: NATSConnection) async throws -> Int64? {
        let answer = try await ops.request([], to: "$SRV.STATS.kez-gateway")
        return try JSONDocument(parsing: answer.payload, maximumDepth: 32).root["data"]?["connections"]?.integer
    }

    @Test func anAddressHasSoManyConnections() async throws {
        try await withGateway(
            services: false,
            configure: {
                $0.tuning.connectionsPerAddress = 3
                $0.tuning.connectionsTold = 1
                $0.tuning.toldTimeout = .seconds(20)
            }
        ) { gateway in
            var sockets: [RawSocket] = []
            for _ in 0..<3 { sockets.append(try await self.served(gateway)) }
            let ops = try await gateway.deployment.connect(.ops)
            let told = try RawSocket(port: gateway.port(.main))
            try await eventually("the one to be told is in") { try await self.connections(ops) == 4 }
            let more = try RawSocket(port: gateway.port(.sigchain))
            #expect(await more.isClosedByPeer())
            try await told.send(Self.request)
            let answer = String(decoding: await told.receiveAll(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 429") && answer.contains("Retry-After: 5\r\n"), "\(answer)")
            #expect(answer.contains("\"rate_limited\"") && answer.contains("X-Request-Id: "))
            await ops.close()
            // Those that are open are served on, and the internal listener asks nobody.
            try await sockets[0].send(Self.request)
            _ = try await sockets[0].receive(until: "HTTP/1.1 200")
            #expect(try await gateway.get("/livez", to: .inside).status == 200)
            sockets.removeLast()
            try await eventually("a place is free") { (try? await self.served(gateway)) != nil }
            withExtendedLifetime(sockets) {}
        }
    }

    @Test func aTrustedProxyHasAsManyAsItNeeds() async throws {
        try await withGateway(
            services: false,
            configure: {
                $0.tuning.connectionsPerAddress = 1
                $0.tuning.connectionsTold = 0
                $0.trustedProxies = [TrustedProxy("127.0.0.1")!]
            }
        ) { gateway in
            var sockets: [RawSocket] = []
            for _ in 0..<5 { sockets.append(try await self.served(gateway)) }
            withExtendedLifetime(sockets) {}
        }
    }

    @Test func aBodyThatTricklesIsNotAwaited() async throws {
        try await withGateway(
            services: false,
            configure: {
                $0.tuning.bodyProgress = .milliseconds(200)
                $0.tuning.bodyProgressBytes = 1000
            }
        ) { gateway in
            let head = "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
            let slow = try RawSocket(port: gateway.port(.main))
            try await slow.send(head + "{")
            #expect(await slow.isClosedByPeer())
        }
    }

    /// The time of an answer begins with the end of the request: a slow uplink is not an absent service.
    @Test func aSlowBodyIsAnswered() async throws {
        try await withGateway(configure: { $0.tuning.answerTimeout = .seconds(2) }) { gateway in
            _ = gateway.user("bob")
            let body = GatewayUnderTest.body([UInt8]("{}".utf8), to: "bob")
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send(
                "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n{")
            try await Task.sleep(for: .seconds(2))
            try await socket.send(Array(body.dropFirst()))
            let answer = String(decoding: await socket.receiveAll(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 201"), "\(answer)")
        }
    }

    @Test func bodiesAreWatched() {
        let times = ConnectionPhase.Times(
            head: .seconds(10), body: .seconds(25), progress: .seconds(10), progressBytes: 1000, idle: .seconds(75))
        func reading() -> ConnectionPhase {
            var phase = ConnectionPhase(times)
            #expect(phase.opened() == .set(.seconds(10)))
            #expect(phase.headArrived() == .set(.seconds(10)))
            return phase
        }
        var still = reading()
        _ = still.bytesArrived(999)
        #expect(still.expired() == .close)
        var steady = reading()
        _ = steady.bytesArrived(600)
        _ = steady.bytesArrived(400)
        #expect(steady.expired() == .set(.seconds(10)))
        _ = steady.bytesArrived(1000)
        #expect(steady.expired() == .set(.seconds(5)))
        _ = steady.bytesArrived(1_000_000)
        #expect(steady.expired() == .close, "a body has an end")
        var done = reading()
        #expect(done.bodyEnded() == .stop)
        #expect(done.answered() == .set(.seconds(75)))
        #expect(done.expired() == .close)
    }

    @Test func refusalsAreKeptBackAndBounded() async throws {
        let pause = RefusalPause(.seconds(3600), capacity: 1)
        // Ended below.
        let first = Task { await pause.wait() }
        try await eventually("one waits") { pause.count == 1 }
        try await within { await pause.wait() }
        #expect(pause.count == 1)
        first.cancel()
        await first.value
        #expect(pause.count == 0)
    }

    @Test func budgetsAreBounded() throws {
        let clock = ManualClock()
        let budgets = RequestBudgets<Int>(
            "test", TokenBucketLimit(burst: 1, perSecond: 0.1), capacity: 10, ticks: { clock.ticks })
        try budgets.take(for: 0)
        let error = #expect(throws: KezError.self) { try budgets.take(for: 0) }
        #expect(error?.status == 429 && error?.retryAfter == 10)
        clock.advance(by: .seconds(10))
        try budgets.take(for: 0)
        for number in 1...20 { try budgets.take(for: number) }
        // Long forgotten.
        try budgets.take(for: 0)
    }
}
