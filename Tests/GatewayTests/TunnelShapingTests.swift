import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Gateway

/// What the tunnel holds back and what it refuses.
@Suite struct TunnelShapingTests {
    private static let subject = "_INBOX.shaped"

    /// Lines whose numbers the receiver can check.
    private func flood(_ numbers: Range<Int>) -> [UInt8] {
        numbers.flatMap { number in
            let text = String(number)
            return [UInt8]("PUB \(Self.subject) \(text.utf8.count)\r\n\(text)\r\n".utf8)
        }
    }

    /// What arrives at the broker, heard there without a tunnel.
    private func listen(_ gateway: GatewayUnderTest) async throws -> (
        LockedBox<[Int]>, NATSConnection, Task<Void, Never>
    ) {
        let connection = try await gateway.deployment.connectInAnyName()
        let subscription = try connection.subscribe(to: Self.subject)
        try await connection.flush()
        let arrived = LockedBox<[Int]>([])
        // Ended by the test, which closes the connection.
        let task = Task {
            for await message in subscription {
                arrived.update { $0.append(Int(String(decoding: message.payload, as: UTF8.self)) ?? -1) }
            }
        }
        return (arrived, connection, task)
    }

    /// Five lines at one moment, twenty in all, then five a second: counted by a clock that the test moves.
    private static let narrow: Limits = {
        var limits = Limits()
        limits.tunnelLines = TokenBucketLimit(burst: 20, perSecond: 5)
        return limits
    }()

    @Test func aFloodPassesWithinItsBudgetAndInOrder() async throws {
        try await withGateway(limits: Self.narrow, services: false) { gateway in
            let (arrived, connection, task) = try await self.listen(gateway)
            let socket = try await gateway.login(.gateway)
            try await socket.send(self.flood(0..<60))
            for step in 0... {
                // The pace is full again after half a second; CONNECT and PING were two lines.
                let granted = min(5 * (step + 1), 20 + step * 5 / 2) - 2
                try await eventually("step \(step) passes") { arrived.value.count >= min(60, granted - 1) }
                #expect(arrived.value.count <= granted)
                if arrived.value.count == 60 { break }
                gateway.clock.advance(by: .milliseconds(500))
            }
            #expect(arrived.value == Array(0..<60))
            await connection.close()
            await task.value
        }
    }

    @Test func twoConnectionsOfAKeyShareItsBudget() async throws {
        try await withGateway(limits: Self.narrow, services: false) { gateway in
            let (arrived, connection, task) = try await self.listen(gateway)
            let first = try await gateway.login(.gateway)
            gateway.clock.advance(by: .seconds(10))
            let second = try await gateway.login(.gateway)
            // Three of five are left at this moment; behind the last of them its payload waits as well.
            try await first.send(self.flood(0..<1))
            try await eventually("one passes") { arrived.value == [0] }
            try await second.send(self.flood(10..<14))
            try await eventually("one more passes") { arrived.value == [0, 10] }
            gateway.clock.advance(by: .seconds(1))
            try await eventually("the others pass") { arrived.value == [0, 10, 11, 12, 13] }
            await connection.close()
            await task.value
        }
    }

    @Test func whatWasSentBeforeTheEndOfItsInputStillPasses() async throws {
        try await withGateway(limits: Self.narrow, services: false) { gateway in
            let (arrived, connection, task) = try await self.listen(gateway)
            let socket = try await gateway.login(.gateway)
            try await socket.send(self.flood(0..<15))
            socket.socket.finishSending()
            try await eventually("the first ones pass") { arrived.value.count == 2 }
            try await eventually("everything passes") {
                gateway.clock.advance(by: .milliseconds(200))
                return arrived.value.count == 15
            }
            #expect(arrived.value == Array(0..<15))
            _ = await socket.socket.receiveAll()
            #expect(await socket.socket.isClosedByPeer())
            await connection.close()
            await task.value
        }
    }

    @Test func headersAboveTheLimitAreRefused() async throws {
        var limits = Limits()
        limits.headerBytes = 100
        try await withGateway(limits: limits, services: false) { gateway in
            let (arrived, connection, task) = try await self.listen(gateway)
            func message(headers count: Int) -> [UInt8] {
                let header = "NATS/1.0\r\nX: \(String(repeating: "y", count: count - 17))\r\n\r\n"
                return [UInt8]("HPUB \(Self.subject) \(count) \(count + 1)\r\n\(header)7\r\n".utf8)
            }
            var socket = try await gateway.login(.gateway)
            try await socket.send(message(headers: 100))
            try await eventually("headers at the limit pass") { arrived.value == [7] }
            try await socket.send(message(headers: 101))
            let error = String(decoding: try await socket.receive(until: "\r\n"), as: UTF8.self)
            #expect(error == "-ERR '\(TunnelViolation.headersTooLarge.reason)'\r\n")
            let rest = try await socket.receive(until: TunnelViolation.headersTooLarge.reason)
            #expect(rest.starts(with: [0x03, 0xF1]), "the close frame says 1009")
            socket.socket.finishSending()
            #expect(await socket.socket.isClosedByPeer())
            #expect(arrived.value == [7])
            await connection.close()
            await task.value
        }
    }

    @Test func oneConnectionTooManyIsRefusedWithAReason() async throws {
        var limits = Limits()
        limits.connections = 2
        try await withGateway(limits: limits, services: false) { gateway in
            let first = try await gateway.login(.gateway)
            let second = try await gateway.login(.gateway)
            var third = try await gateway.greet(.gateway)
            let answer = String(decoding: try await third.receive(until: "\r\n"), as: UTF8.self)
            #expect(answer == "-ERR '\(TunnelViolation.tooManyConnections.reason)'\r\n", "and no PONG before")
            _ = try await third.receive(until: TunnelViolation.tooManyConnections.reason)
            third.socket.finishSending()
            #expect(await third.socket.isClosedByPeer())
            // Another key has its own.
            _ = try await gateway.login(.worker)
            first.socket.finishSending()
            try await eventually("a place is free") { (try? await gateway.login(.gateway)) != nil }
            withExtendedLifetime(second) {}
        }
    }

    @Test func whoCannotProveAKeySpendsNothingOfIt() async throws {
        var limits = Self.narrow
        limits.connections = 1
        try await withGateway(limits: limits, services: false) { gateway in
            let (arrived, connection, task) = try await self.listen(gateway)
            for _ in 0..<6 {
                let stranger = try await gateway.greet(.gateway, isHonest: false)
                let answer = String(decoding: await stranger.socket.receiveAll(), as: UTF8.self)
                #expect(answer.contains("-ERR 'Authorization Violation'"))
            }
            let victim = try await gateway.login(.gateway)
            try await victim.send(self.flood(0..<9))
            try await eventually("all that passes at one moment") { arrived.value.count == 2 }
            await connection.close()
            await task.value
        }
    }

    @Test func whoSaysNothingForTooLongIsTold() async throws {
        try await withGateway(services: false, configure: { $0.tuning.tunnelSilence = .milliseconds(300) }) { gateway in
            var socket = try await gateway.login(.gateway)
            let answer = String(decoding: try await socket.receive(until: "\r\n"), as: UTF8.self)
            #expect(answer == "-ERR '\(TunnelViolation.idle.reason)'\r\n")
        }
    }

    @Test func noExtensionIsAgreedOn() async throws {
        try await withGateway(services: false) { gateway in
            let socket = try await WebSocket(
                gateway.port(.main), extra: "Sec-WebSocket-Extensions: permessage-deflate\r\n")
            #expect(socket.head.hasPrefix("HTTP/1.1 101"))
            #expect(!socket.head.lowercased().contains("extensions"))
        }
    }
}
