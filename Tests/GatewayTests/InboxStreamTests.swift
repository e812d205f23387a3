import Foundation
import KezCore
import KezRuntime
import KezTesting
import Testing

@testable import Gateway

/// `GET /v1/inbox/:handle/stream`.
@Suite struct InboxStreamTests {
    /// Reads events as they come.
    struct Events {
        let socket: RawSocket
        private var text = ""

        init(_ gateway: GatewayUnderTest, _ path: String, _ headers: [String: String]) async throws {
            self.socket = try RawSocket(port: gateway.port(.main))
            let fields = headers.map { "\($0): \($1)\r\n" }.joined()
            try await self.socket.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
            let head = try await self.socket.receive(until: "\r\n\r\n")
            let parts = String(decoding: head, as: UTF8.self).split(
                separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].hasPrefix("HTTP/1.1 200"), parts[0].contains("text/event-stream") else {
                throw TestFailure(String(parts[0]))
            }
            self.text = Self.unchunked(String(parts[1]))
        }

        /// Chunk sizes stand on lines of their own; no line of an event is a hexadecimal number alone.
        private static func unchunked(_ text: String) -> String {
            text.replacing(#/(^|\r\n)[0-9a-f]+\r\n/#, with: "").replacingOccurrences(of: "\r\n", with: "")
        }

        /// The next event's lines; comments are left out.
        mutating func next() async throws -> [String] {
            while true {
                while let end = self.text.firstRange(of: "\n\n") {
                    let lines = self.text[..<end.lowerBound].components(separatedBy: "\n").filter { !$0.hasPrefix(":") }
                    self.text = String(self.text[end.upperBound...])
                    if !lines.isEmpty { return lines }
                }
                let part = await self.socket.receive()
                guard !part.isEmpty else { throw TestFailure("the stream ended") }
                self.text += Self.unchunked(String(decoding: part, as: UTF8.self))
            }
        }

        /// Sequence and data of the next event.
        mutating func message() async throws -> (seq: UInt64, data: String) {
            let lines = try await self.next()
            guard lines[0].hasPrefix("id: "), lines[1] == "event: message", let seq = UInt64(lines[0].dropFirst(4))
            else {
                throw TestFailure("\(lines)")
            }
            return (seq, lines[2...].map { String($0.dropFirst("data: ".count)) }.joined(separator: "\n"))
        }
    }

    private static let path = "/v1/inbox/bob/stream"

    @Test func whatIsStoredThenWhatComes() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            gateway.inbox.state.update { $0.pageSize = 2 }
            for _ in 0..<5 { _ = try await gateway.post(alice.message(to: bob.primary), to: "bob") }
            var events = try await Events(gateway, Self.path, gateway.streamAuth(bob, path: Self.path))
            for seq in 1...5 { #expect(try await events.message().seq == UInt64(seq)) }
            for seq in 6...12 {
                let envelope = alice.message(to: bob.primary)
                #expect(try await gateway.post(envelope, to: "bob").status == 201)
                let event = try await events.message()
                #expect(event.seq == UInt64(seq) && event.data.contains(String(decoding: envelope, as: UTF8.self)))
            }
            // What the list hides the stream hides.
            let carol = gateway.user("carol")
            gateway.inbox.state.update { _ = $0.blocked.insert(carol.primary) }
            _ = try await gateway.post(carol.message(to: bob.primary), to: "bob")
            _ = try await gateway.post(alice.message(to: bob.primary), to: "bob")
            #expect(try await events.message().seq == 14)
        }
    }

    @Test func theCursor() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for _ in 0..<4 { _ = try await gateway.post(alice.message(to: bob.primary), to: "bob") }
            var since = try await Events(
                gateway, Self.path + "?since=3", gateway.streamAuth(bob, path: Self.path, since: "3"))
            #expect(try await since.message().seq == 4)
            var last = try await Events(
                gateway, Self.path + "?since=1",
                gateway.streamAuth(bob, path: Self.path, since: "1").merging(["Last-Event-ID": "2"]) { $1 })
            #expect(try await last.message().seq == 3)
            for (path, headers) in [
                (Self.path + "?since=abc", gateway.streamAuth(bob, path: Self.path, since: "abc")),
                (Self.path, gateway.streamAuth(bob, path: Self.path).merging(["Last-Event-ID": "x"]) { $1 }),
            ] {
                let answer = try await gateway.get(path, headers)
                #expect(answer.status == 400 && answer.code == "bad_cursor")
            }
        }
    }

    @Test func unauthorized() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            var bodies: Set<String> = []
            for headers in [
                [:], gateway.streamAuth(alice, path: Self.path), gateway.streamAuth(bob, path: Self.path, since: "1"),
                gateway.auth(bob, path: Self.path), gateway.streamAuth(bob, path: "/v1/inbox/bob"),
                gateway.streamAuth(bob, path: Self.path, method: "HEAD"),
            ] {
                let answer = try await gateway.get(Self.path, headers)
                #expect(answer.status == 401)
                bodies.insert(answer.text)
            }
            #expect(bodies.count == 1)
            let head = try await gateway.send(
                "HEAD", Self.path, headers: gateway.streamAuth(bob, path: Self.path, method: "HEAD"))
            #expect(head.status == 200 && head.header("content-type") == "text/event-stream")
        }
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\n\r\n\n"])
    func lineBreaksStartAnotherDataLine(breaks: String) async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            let envelope = "{\"a\":\(breaks)\"x\\n\\nid: 99\"\(breaks)}"
            _ = try await gateway.post([UInt8](envelope.utf8), to: "bob")
            var events = try await Events(gateway, Self.path, gateway.streamAuth(bob, path: Self.path))
            let event = try await events.message()
            let wanted = envelope.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            #expect(event.seq == 1 && event.data.contains(wanted), "\(event)")
            #expect(try await gateway.inbox.messages(of: bob.primary).last?.envelope == [UInt8](envelope.utf8))
        }
    }

    @Test func commentsAndTheEnd() async throws {
        try await withGateway(configure: { $0.tuning.streamComment = .milliseconds(20) }) { gateway in
            let bob = gateway.user("bob")
            let events = try await Events(gateway, Self.path, gateway.streamAuth(bob, path: Self.path))
            _ = try await events.socket.receive(until: ": \n\n")
            _ = try await events.socket.receive(until: ": \n\n")
        }
        try await withGateway(configure: { $0.tuning.streamLifetime = .milliseconds(100) }) { gateway in
            let bob = gateway.user("bob")
            let events = try await Events(gateway, Self.path, gateway.streamAuth(bob, path: Self.path))
            #expect(String(decoding: await events.socket.receiveAll(), as: UTF8.self).hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func streamsOfAKeyAreBounded() async throws {
        try await withGateway(configure: { $0.tuning.streamsPerKey = 2 }) { gateway in
            let bob = gateway.user("bob")
            let headers = gateway.streamAuth(bob, path: Self.path)
            var open = [try await Events(gateway, Self.path, headers), try await Events(gateway, Self.path, headers)]
            let refused = try await gateway.get(Self.path, headers)
            #expect(refused.status == 429 && refused.header("retry-after") != nil)
            open.removeLast()
            try await eventually("a place is free again") { (try? await Events(gateway, Self.path, headers)) != nil }
        }
    }

    @Test func aStreamOutlivesTheBrokersRestart() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            var events = try await Events(gateway, Self.path, gateway.streamAuth(bob, path: Self.path))
            _ = try await gateway.post(alice.message(to: bob.primary), to: "bob")
            #expect(try await events.message().seq == 1)
            try await gateway.deployment.broker.stop()
            try await eventually("the gateway notices") { !gateway.health.isReady }
            let away = try await gateway.post(alice.message(to: bob.primary), to: "bob")
            #expect(away.status == 503 && away.code == "unavailable")
            try await gateway.deployment.broker.start()
            try await eventually("messages are taken again") {
                try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201
            }
            #expect(try await events.message().seq == 2)
        }
    }
}
