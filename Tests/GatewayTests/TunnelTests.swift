import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

@testable import Gateway

/// `GET /nats`: the tunnel to the broker.
@Suite struct TunnelTests {
    @Test func theBrokersOwnHandshakeAndGreeting() async throws {
        try await withGateway(services: false) { gateway in
            var socket = try await WebSocket(
                gateway.port(.main), path: "/nats?x=1", extra: "X-Request-Id: tunnel-7\r\n")
            #expect(socket.head.hasPrefix("HTTP/1.1 101"))
            // Source: RFC 6455, section 1.3.
            #expect(socket.head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            #expect(socket.head.contains("X-Request-Id: tunnel-7\r\n"))
            let info = String(decoding: try await socket.receive(until: "\r\n"), as: UTF8.self)
            #expect(info.hasPrefix("INFO {") && info.contains("\"nonce\""))
        }
    }

    @Test func largePayloadsBothWays() async throws {
        try await withGateway(services: false, configure: { $0.ticks = GatewayConfiguration.systemTicks }) { gateway in
            var socket = try await gateway.login(.gateway)
            // An event of a kind nobody writes comes back to its own sender.
            let subject = "_REPLY.\(gateway.deployment.keys.pair(.gateway).publicKey.text).tunnel"
            try await socket.send([UInt8]("SUB \(subject) 1\r\n".utf8))
            let payload = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            for _ in 0..<4 {
                try await socket.send([UInt8]("PUB \(subject) \(payload.count)\r\n".utf8) + payload + [13, 10])
            }
            for _ in 0..<4 {
                let line = String(decoding: try await socket.receive(until: "\r\n"), as: UTF8.self)
                #expect(line == "MSG \(subject) 1 \(payload.count)\r\n")
                let received = try await socket.receive(payload.count + 2)
                #expect(received.dropLast(2).elementsEqual(payload))
            }
        }
    }

    /// Who asks for what it does not read keeps memory here and at the broker.
    @Test func whoReadsNothingIsClosed() async throws {
        try await withGateway(
            services: false,
            configure: {
                $0.ticks = GatewayConfiguration.systemTicks
                $0.tuning.tunnelStall = .milliseconds(300)
            }
        ) { gateway in
            let writer = try await gateway.login(.gateway)
            var reader = try await gateway.login(.gateway)
            let subject = "_REPLY.\(gateway.deployment.keys.pair(.gateway).publicKey.text).stalled"
            try await reader.send([UInt8]("SUB \(subject) 1\r\nPING\r\n".utf8))
            _ = try await reader.receive(until: "PONG\r\n")
            let ops = try await gateway.deployment.connect(.ops)
            let payload = [UInt8](repeating: 7, count: 250_000)
            for _ in 0..<40 {
                try await writer.send([UInt8]("PUB \(subject) \(payload.count)\r\n".utf8) + payload + [13, 10])
            }
            try await eventually("the writer's tunnel alone is left") {
                let answer = try await ops.request([], to: "$SRV.STATS.kez-gateway")
                return try JSONDocument(parsing: answer.payload, maximumDepth: 32).root["data"]?["tunnels"]?.integer
                    == 1
            }
            await ops.close()
        }
    }

    @Test func anAddressHasSoManyTunnels() async throws {
        try await withGateway(services: false, configure: { $0.tuning.tunnelsPerAddress = 2 }) { gateway in
            let first = try await WebSocket(gateway.port(.main))
            let second = try await WebSocket(gateway.port(.main))
            let third = try await WebSocket(gateway.port(.main))
            #expect(first.head.hasPrefix("HTTP/1.1 101") && second.head.hasPrefix("HTTP/1.1 101"))
            #expect(third.head.hasPrefix("HTTP/1.1 429"))
        }
    }

    /// The sender is held back, rather than the gateway filled, while the receiver reads nothing.
    @Test func aReaderThatWaitsLosesNothing() async throws {
        try await withGateway(services: false, configure: { $0.ticks = GatewayConfiguration.systemTicks }) { gateway in
            let writer = try await gateway.login(.gateway)
            var reader = try await gateway.login(.gateway)
            let subject = "_REPLY.\(gateway.deployment.keys.pair(.gateway).publicKey.text).slow"
            try await reader.send([UInt8]("SUB \(subject) 1\r\nPING\r\n".utf8))
            _ = try await reader.receive(until: "PONG\r\n")
            let payload = [UInt8](repeating: 7, count: 250_000)
            for _ in 0..<40 {
                try await writer.send([UInt8]("PUB \(subject) \(payload.count)\r\n".utf8) + payload + [13, 10])
            }
            for _ in 0..<40 {
                _ = try await reader.receive(until: "MSG \(subject) 1 \(payload.count)\r\n")
                #expect(try await reader.receive(payload.count) == payload)
            }
        }
    }

    @Test func eitherEndClosesTheOther() async throws {
        try await withGateway(services: false) { gateway in
            let socket = try await WebSocket(gateway.port(.main))
            try await eventually("the broker sees it") { try await self.openTunnels(gateway) == 1 }
            socket.socket.finishSending()
            _ = await socket.socket.receiveAll()
            try await eventually("the broker's side is closed") { try await self.openTunnels(gateway) == 0 }

            // The broker closes when the login is refused.
            let refused = try await WebSocket(gateway.port(.main))
            try await refused.send([UInt8]("CONNECT {\"verbose\":\"no\"\r\nGARBAGE\r\n".utf8))
            _ = await refused.socket.receiveAll()
            #expect(await refused.socket.isClosedByPeer())
        }
    }

    /// WebSocket connections of the broker.
    private func openTunnels(_ gateway: GatewayUnderTest) async throws -> Int {
        let monitor = try RawSocket(port: gateway.deployment.broker.listeners[1])
        try await monitor.send("GET /connz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = String(decoding: await monitor.receiveAll(), as: UTF8.self)
        return text.components(separatedBy: "\"type\": \"websocket\"").count - 1
    }

    @Test func refusals() async throws {
        let port = try FreePorts.take(1)[0]
        try await withGateway(
            services: false,
            configure: { configuration in
                configuration.brokerWebSocket = .init(host: "127.0.0.1", port: port)
            }
        ) { gateway in
            let away = try await WebSocket(gateway.port(.main))
            let rest = String(decoding: await away.socket.receiveAll(), as: UTF8.self)
            #expect(away.head.hasPrefix("HTTP/1.1 503") && away.head.contains("X-Request-Id: "), "\(away.head)")
            #expect(
                away.head.contains("Connection: close") && (away.head + rest).contains("Access-Control-Allow-Origin: *")
            )
            let plain = try await gateway.get("/nats")
            #expect(plain.status == 426 && plain.header("upgrade") == "websocket" && plain.code == "upgrade_required")
            #expect(try await gateway.post("/nats", []).status == 405)
        }
        try await withGateway(services: false, configure: { $0.tuning.tunnelsPerAddress = 1 }) { gateway in
            let first = try await WebSocket(gateway.port(.main))
            let second = try await WebSocket(gateway.port(.main))
            #expect(second.head.hasPrefix("HTTP/1.1 429") && second.head.contains("Retry-After: "), "\(second.head)")
            first.socket.finishSending()
            _ = await first.socket.receiveAll()
            try await eventually("the place is free") {
                try await WebSocket(gateway.port(.main)).head.hasPrefix("HTTP/1.1 101")
            }
            // What the broker does not take.
            let socket = try RawSocket(port: gateway.port(.main))
            try await eventually("the place is free") { try await gateway.get("/v1/config").status == 200 }
            try await socket.send(
                "GET /nats HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n\r\n"
            )
            let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 400") || text.hasPrefix("HTTP/1.1 429"), "\(text)")
        }
    }

    @Test func aTunnelAfterOtherRequestsOfItsConnection() async throws {
        try await withGateway(services: false) { gateway in
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send("GET /v1/nope HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await socket.receive(until: "not_found")
            try await socket.send(
                "GET /nats HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            let text = String(decoding: try await socket.receive(until: "INFO {"), as: UTF8.self)
            #expect(text.contains("HTTP/1.1 101"))
        }
    }
}
