import Foundation
import KezTesting
import NATS
import Testing

@Suite struct ServiceTests {
    private static func run(
        _ body: (NATSConnection, NATSConnection, NATSService) async throws -> Void
    ) async throws {
        let broker = try await TestBroker(jetStream: false)
        let server = try await NATSConnection.connect(ConnectionTests.options(broker))
        let client = try await NATSConnection.connect(ConnectionTests.options(broker))
        let service = NATSService(
            .init(name: "echo", version: "1.2.3", text: "echoes"), on: server, data: { Array(#"{"depth":7}"#.utf8) })
        let endpoint = try service.add(
            ServiceEndpoint(name: "say", subject: "say.*") { request in
                request.payload.isEmpty
                    ? .failure(status: 400, message: "say\nsomething", body: Array("{}".utf8))
                    : .success(request.payload)
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await endpoint.run() }
            group.addTask { try await service.runDiscovery() }
            try await eventually("the service answers") {
                (try? await client.request([], to: "$SRV.PING.echo", timeout: .seconds(1))) != nil
            }
            try await body(server, client, service)
            await endpoint.drain()
            await server.close()
            await client.close()
            try await group.waitForAll()
        }
    }

    private static func json(_ message: Message) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
    }

    @Test func aBacklogIsServedFromItsEndWhenAskedFor() async throws {
        try await Self.run { server, client, _ in
            let subscription = try server.subscribe(to: "backlog", buffer: 3, isNewestFirst: true)
            let marker = try server.subscribe(to: "marker")
            try await server.flush()
            for number in 1...5 { try client.publish(Array("\(number)".utf8), to: "backlog") }
            try client.publish([], to: "marker")
            _ = try await within { await marker.next() }
            var taken: [String] = []
            for _ in 0..<3 {
                let message = try await within { await subscription.next() }
                taken.append(String(decoding: message?.payload ?? [], as: UTF8.self))
            }
            #expect(taken == ["5", "4", "3"])
            #expect(subscription.lost == 2)
        }
    }

    @Test func answersDiscovery() async throws {
        try await Self.run { _, client, service in
            let ping = try Self.json(await client.request([], to: "$SRV.PING"))
            #expect(ping["type"] as? String == "io.nats.micro.v1.ping_response")
            #expect(ping["name"] as? String == "echo")
            #expect(ping["version"] as? String == "1.2.3")
            let info = try Self.json(await client.request([], to: "$SRV.INFO.echo.\(service.id)"))
            #expect(info["type"] as? String == "io.nats.micro.v1.info_response")
            #expect((info["endpoints"] as? [[String: Any]])?.first?["subject"] as? String == "say.*")
            _ = try await client.request([1], to: "say.x")
            _ = try await client.request([], to: "say.x")
            try await eventually("both requests are counted") {
                let stats = try Self.json(await client.request([], to: "$SRV.STATS.echo"))
                let endpoint = (stats["endpoints"] as? [[String: Any]])?.first
                return endpoint?["num_requests"] as? Int == 2 && endpoint?["num_errors"] as? Int == 1
                    && (stats["data"] as? [String: Any])?["depth"] as? Int == 7
            }
        }
    }

    @Test func answersRequestsAndRefusals() async throws {
        try await Self.run { _, client, _ in
            let good = try await client.request([1, 2], to: "say.hello")
            #expect(good.payload == [1, 2])
            #expect(good.serviceError == nil)
            let bad = try await client.request([], to: "say.hello")
            #expect(bad.serviceError?.kind == .service(status: 400))
            #expect(bad.headers["Nats-Service-Error"] == "say something")
            #expect(bad.payload == Array("{}".utf8))
        }
    }

    @Test func answersEverythingThatArrivedBeforeADrain() async throws {
        let broker = try await TestBroker(jetStream: false)
        let server = try await NATSConnection.connect(ConnectionTests.options(broker))
        let client = try await NATSConnection.connect(ConnectionTests.options(broker))
        let service = NATSService(.init(name: "slow", version: "1.0.0", text: ""), on: server)
        let gate = Gate()
        let endpoint = try service.add(
            ServiceEndpoint(name: "wait", subject: "wait", concurrency: 4) { _ in
                await gate.wait()
                return .success([])
            })
        try await server.flush()
        let run = Task { await endpoint.run() }
        let replies = try (0..<100).map { _ in try client.startRequest([], to: "wait", timeout: .seconds(20)) }
        try await client.flush()
        let drain = Task { await endpoint.drain() }
        await gate.open()
        for reply in replies { _ = try await reply.value() }
        await drain.value
        await run.value
        await #expect { try await client.request([], to: "wait") } throws: { ($0 as? NATSError)?.kind == .noResponders }
        await server.close()
        await client.close()
    }
}

/// Holds everybody back until it is opened.
actor Gate {
    private var isOpen = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if self.isOpen { return }
        await withCheckedContinuation { self.waiters.append($0) }
    }

    func open() {
        self.isOpen = true
        for waiter in self.waiters { waiter.resume() }
        self.waiters = []
    }
}
