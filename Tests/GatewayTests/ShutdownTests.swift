import Foundation
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import ServiceLifecycle
import Testing

@testable import Gateway

@Suite struct ShutdownTests {
    @Test func anAddressThatIsTakenStopsTheStart() async throws {
        try await withGateway(services: false) { gateway in
            var configuration = GatewayConfiguration(
                server: gateway.deployment.server, bind: .init(host: "127.0.0.1", port: gateway.port(.main)),
                internalBind: .init(host: "127.0.0.1", port: 0), broker: gateway.deployment.settings,
                pair: gateway.deployment.keys.pair(.gateway))
            configuration.sigchainBind = nil
            let service = GatewayService(
                configuration: configuration, health: HealthBoard(), metrics: { "" }, logger: gateway.deployment.logger)
            await #expect(throws: (any Error).self) {
                try await within { try await service.run() }
            }
        }
    }

    /// Streams and tunnels end, a request under way is answered, then `run` returns.
    @Test func gracefully() async throws {
        let deployment = try await TestDeployment()
        let (registry, inbox) = (try await FakeRegistry(deployment), try await FakeInbox(deployment))
        let bob = Person(handle: "bob")
        registry.add("bob", bob.primary)
        let ready = AsyncStream.makeStream(of: GatewayAddresses.self)
        let health = HealthBoard()
        let service = GatewayService(
            configuration: GatewayConfiguration(
                server: deployment.server, bind: .init(host: "127.0.0.1", port: 0),
                internalBind: .init(host: "127.0.0.1", port: 0), sigchainBind: nil, broker: deployment.settings,
                pair: deployment.keys.pair(.gateway),
                brokerWebSocket: .init(host: "127.0.0.1", port: deployment.broker.listeners[2])),
            health: health, metrics: { "" }, onReady: { ready.continuation.yield($0) }, logger: deployment.logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], logger: deployment.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await registry.run() }
            tasks.addTask { try await inbox.run() }
            let running = Task { try await group.run() }
            let port = try await within { await ready.stream.first { _ in true } }!.publicPort
            try await eventually("the gateway has the broker") { health.isReady }

            let stream = try RawSocket(port: port)
            let path = "/v1/inbox/bob/stream"
            let auth = RequestAuth(
                signing: .other(method: "GET", path: path, .since("0"), server: deployment.server),
                at: WallClock.system.now(), by: bob.signer)
            try await stream.send("GET \(path) HTTP/1.1\r\nHost: a\r\nX-KEZ-Auth: \(auth.header)\r\n\r\n")
            _ = try await stream.receive(until: ": \n\n")
            let tunnel = try await WebSocket(port)
            #expect(tunnel.head.hasPrefix("HTTP/1.1 101"))
            let idle = try RawSocket(port: port)
            try await idle.send("GET /v1/nope HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await idle.receive(until: "not_found")
            let slow = try RawSocket(port: port)
            try await slow.send(
                "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            _ = try await slow.receive(until: "100 Continue")

            await group.triggerGracefulShutdown()
            #expect(String(decoding: await stream.receiveAll(), as: UTF8.self).hasSuffix("0\r\n\r\n"))
            _ = await tunnel.socket.receiveAll()
            #expect(await idle.isClosedByPeer())
            #expect((try? RawSocket(port: port)) == nil, "no new connections")
            try await slow.send("nope")
            #expect(String(decoding: await slow.receiveAll(), as: UTF8.self).contains("bad_json"))
            try await within(.seconds(20), "the service ends") { try await running.value }
            tasks.cancelAll()
        }
        await registry.connection.close()
        await inbox.connection.close()
    }
}
