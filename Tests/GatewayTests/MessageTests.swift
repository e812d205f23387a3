import Foundation
import KezCore
import KezTesting
import NATS
import Testing

@testable import Gateway

/// `POST /v1/messages`.
@Suite struct MessageTests {
    @Test func anAttributedMessageIsStoredByteForByte() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let plain = alice.message(to: bob.primary)
            // Bytes that no writer of ours makes, outside the payload.
            let odd = [UInt8](
                String(decoding: plain, as: UTF8.self)
                    .replacingOccurrences(
                        of: "\"signature\":", with: "\"n\" :\r\n\t[1.0e5, 1E400,-0,\"\\u00e9\\/\"],\"signature\":"
                    ).utf8)
            for (to, envelope) in [
                ("bob", odd), ("bob@kez.test", alice.message(to: bob.primary)),
                (bob.primary.text, alice.message(to: bob.primary)),
            ] {
                let answer = try await gateway.post(envelope, to: to)
                #expect(answer.status == 201, "\(to): \(answer)")
                #expect(answer.json?["duplicate"]?.bool == false)
                #expect(
                    answer.json?["received_at"]?.string.flatMap { Timestamp($0) } == gateway.clock.now.inMilliseconds)
                let stored = try await gateway.inbox.messages(of: bob.primary).last
                #expect(stored?.envelope == envelope && stored?.from == alice.primary)
                #expect(answer.json?["seq"]?.unsigned == stored?.seq)
            }
            // The same again is the same message.
            let again = try await gateway.post(odd, to: bob.primary.hex)
            #expect(again.status == 201 && again.json?["duplicate"]?.bool == true && again.json?["seq"]?.integer == 1)
            #expect(try await gateway.inbox.messages(of: bob.primary).count == 3)
        }
    }

    @Test func anonymousMessagesHaveNoSender() async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            for envelope in [
                #"{}"#, #"{"kez":"mls","n":1E400}"#, "{ \r\n\"a\" : [ ] }", #"{"kez":7,"payload":{"from":"x"}}"#,
            ] {
                #expect(try await gateway.post([UInt8](envelope.utf8), to: "bob").status == 201)
                let stored = try await gateway.inbox.messages(of: bob.primary).last
                #expect(stored?.from == nil && stored?.envelope == [UInt8](envelope.utf8))
            }
        }
    }

    @Test func bodiesThatCannotBeRead() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for body in [
                "", "nope", "{", #"{"a":1,}"#, #"{"to":"bob","envelope":{"a":1,"a":2}}"#, "[1",
                #"{"to":"bob","envelope":{}}x"#,
                #"{"to":"bob","envelope":{"a":"\ud800"}}"#,
                #"{"to":"bob","envelope":\#(String(repeating: "[", count: 40))\#(String(repeating: "]", count: 40))}"#,
            ] {
                let answer = try await gateway.post("/v1/messages", [UInt8](body.utf8))
                #expect(answer.status == 400 && answer.code == "bad_json", "\(body): \(answer)")
            }
            for body in ["[]", "null", #"{"envelope":{}}"#, #"{"to":5,"envelope":{}}"#, #"{"to":"bob"}"#] {
                let answer = try await gateway.post("/v1/messages", [UInt8](body.utf8))
                #expect(answer.status == 400 && answer.code == "bad_request", "\(body): \(answer)")
            }
            for envelope in [
                "[]", "null", "7", #""x""#,
                "{\"a\":\(String(repeating: "[", count: 24))\(String(repeating: "]", count: 24))}",
            ] {
                let answer = try await gateway.post([UInt8](envelope.utf8), to: "bob")
                #expect(answer.status == 400 && answer.code == "bad_envelope", "\(envelope): \(answer)")
            }
            #expect(try await gateway.inbox.messages(of: bob.primary).isEmpty)
            _ = alice
        }
    }

    @Test func sizesAtTheExactByte() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let bare = alice.message(to: bob.primary).count
            let largest = alice.message(to: bob.primary, pad: 262_144 - bare)
            #expect(largest.count == 262_144)
            #expect(try await gateway.post(largest, to: "bob").status == 201)
            #expect(try await gateway.inbox.messages(of: bob.primary).last?.envelope == largest)
            let over = try await gateway.post(alice.message(to: bob.primary, pad: 262_145 - bare), to: "bob")
            #expect(over.status == 413 && over.code == "too_large")

            for chunked in [false, true] {
                var body = GatewayUnderTest.body(alice.message(to: bob.primary), to: "bob")
                body += [UInt8](repeating: 0x20, count: 524_288 - body.count)
                #expect(try await gateway.send("POST", "/v1/messages", body: body, chunked: chunked).status == 201)
                let more = try await gateway.send("POST", "/v1/messages", body: body + [0x20], chunked: chunked)
                #expect(more.status == 413 && more.code == "too_large")
                let much = try await gateway.send(
                    "POST", "/v1/messages", body: body + body + body + body, chunked: chunked)
                #expect(much.status == 413 && much.code == "too_large")
            }
            // Too large for anybody, whoever it is for.
            #expect(try await gateway.post(alice.message(to: bob.primary, pad: 262_145), to: "nobody").status == 413)
            #expect(try await gateway.inbox.messages(of: bob.primary).count == 3)
        }
    }

    @Test func refusalsInTheirOrder() async throws {
        try await withGateway { gateway in
            let (alice, bob, carol) = (gateway.user("alice"), gateway.user("bob"), gateway.user("carol"))
            let (stranger, mallory) = (Person(handle: "stranger"), gateway.user("mallory"))
            try gateway.registry.change(mallory.primary) { _ = $0.suspended.insert(mallory.primary) }
            gateway.inbox.state.update { $0.stats[carol.primary] = (100_000, 5, true, 0) }

            func text(_ envelope: [UInt8]) -> String { String(decoding: envelope, as: UTF8.self) }
            func spoiled(_ envelope: [UInt8]) -> [UInt8] {
                [UInt8](text(envelope).replacingOccurrences(of: "\"pad\":\"\"", with: "\"pad\":\"y\"").utf8)
            }
            let unnamed = [UInt8](
                text(alice.message(to: bob.primary)).replacingOccurrences(of: "\"version\":1", with: "\"version\":0")
                    .utf8)
            let otherAlgorithm = [UInt8](
                text(alice.message(to: bob.primary)).replacingOccurrences(of: "ed25519-sha512-jcs", with: "none").utf8)

            let cases: [(String, [UInt8], Int, String)] = [
                ("nobody", spoiled(alice.message(to: bob.primary)), 404, "unknown_recipient"),
                ("bob@elsewhere.test", alice.message(to: bob.primary), 404, "unknown_recipient"),
                (stranger.primary.text, alice.message(to: stranger.primary), 404, "unknown_recipient"),
                ("not a name at all", alice.message(to: bob.primary), 404, "unknown_recipient"),
                ("bob", unnamed, 400, "bad_envelope"),
                ("bob", spoiled(alice.message(to: carol.primary)), 400, "bad_signature"),
                ("bob", otherAlgorithm, 400, "bad_signature"),
                ("bob", stranger.message(to: carol.primary), 400, "wrong_recipient"),
                ("bob", stranger.message(to: bob.primary), 403, "unknown_sender"),
                ("carol", stranger.message(to: carol.primary), 403, "unknown_sender"),
                ("carol", mallory.message(to: carol.primary), 403, "suspended"),
                ("carol", alice.message(to: carol.primary), 507, "inbox_full"),
            ]
            for (to, envelope, status, code) in cases {
                let answer = try await gateway.post(envelope, to: to)
                #expect(
                    answer.status == status && answer.code == code, "\(to) \(code): \(answer.status) \(answer.text)")
            }
            for person in [bob, carol] { #expect(try await gateway.inbox.messages(of: person.primary).isEmpty) }
        }
    }

    @Test func theBrokersOwnLimitIsInboxFull() async throws {
        var limits = Limits()
        limits.pairMessages = 2
        try await withGateway(limits: limits) { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for _ in 0..<2 { #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201) }
            let full = try await gateway.post(alice.message(to: bob.primary), to: "bob")
            #expect(full.status == 507 && full.code == "inbox_full", "\(full)")
        }
    }

    @Test func theQuotaIsAskedForSeldomAndNearTheLimitEveryTime() async throws {
        var limits = Limits()
        limits.inboxMessages = 1000
        try await withGateway(limits: limits) { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for _ in 0..<5 { _ = try await gateway.post(alice.message(to: bob.primary), to: "bob") }
            #expect(gateway.inbox.count(.stats) == 1)
            gateway.clock.advance(by: .seconds(6))
            _ = try await gateway.post(alice.message(to: bob.primary), to: "bob")
            #expect(gateway.inbox.count(.stats) == 2)
            gateway.clock.advance(by: .seconds(6))
            gateway.inbox.state.update { $0.stats[bob.primary] = (998, 1, false, 0) }
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201)
            gateway.inbox.state.update { $0.stats[bob.primary] = (999, 1, false, 0) }
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201)
            gateway.inbox.state.update { $0.stats[bob.primary] = (1000, 1, false, 0) }
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").code == "inbox_full")
            #expect(gateway.inbox.count(.stats) == 5)
        }
    }

    @Test func anonymousBudgetStoredCountAndSettings() async throws {
        var limits = Limits()
        limits.anonymous = TokenBucketLimit(burst: 4, perSecond: 0.1)
        limits.anonymousStored = 2
        try await withGateway(limits: limits) { gateway in
            let (alice, bob, carol) = (gateway.user("alice"), gateway.user("bob"), gateway.user("carol"))
            gateway.inbox.state.update { $0.settings[carol.primary] = InboxSettings(anonymous: false) }
            let refused = try await gateway.post([UInt8]("{}".utf8), to: "carol")
            #expect(refused.status == 403 && refused.code == "anonymous_refused")
            for number in 0..<2 {
                #expect(try await gateway.post([UInt8]("{\"n\":\(number)}".utf8), to: "bob").status == 201)
            }
            let full = try await gateway.post([UInt8]("{\"n\":2}".utf8), to: "bob")
            #expect(full.status == 507 && full.code == "inbox_full")
            let limited = try await gateway.post([UInt8]("{\"n\":3}".utf8), to: "bob")
            #expect(limited.status == 429 && limited.header("retry-after") == "10", "\(limited)")
            // Only the address pays; who signs is not stopped by strangers.
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201)
            gateway.clock.advance(by: .seconds(10))
            #expect(try await gateway.post([UInt8]("{\"n\":4}".utf8), to: "bob").status == 507)
        }
    }

    @Test func theOperatorCanDenyAnonymousMessages() async throws {
        try await withGateway(configure: { $0.anonymous = .deny }) { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let refused = try await gateway.post([UInt8](#"{"kez":"mls"}"#.utf8), to: "bob")
            #expect(refused.status == 403 && refused.code == "anonymous_refused")
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201)
        }
    }

    @Test func eventsEndWhatTheCacheKnows() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for _ in 0..<3 { #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").status == 201) }
            #expect(gateway.registry.count(.admit) == 1 && gateway.registry.count(.lookup) == 1)
            // Nobody is never remembered.
            for _ in 0..<2 { _ = try await gateway.post(alice.message(to: bob.primary), to: "nobody") }
            #expect(gateway.registry.count(.lookup) == 3)
            try gateway.registry.change(alice.primary) { _ = $0.suspended.insert(alice.primary) }
            try await eventually("the suspension acts") {
                try await gateway.post(alice.message(to: bob.primary), to: "bob").code == "suspended"
            }
            try gateway.registry.change(bob.primary) { $0.users[Handle("bob")!] = nil }
            try await eventually("the release acts") {
                try await gateway.post(alice.message(to: bob.primary), to: "bob").code == "unknown_recipient"
            }
            gateway.registry.add("bob", bob.primary)
            #expect(try await gateway.post(alice.message(to: bob.primary), to: "bob").code == "suspended")
        }
    }
}
