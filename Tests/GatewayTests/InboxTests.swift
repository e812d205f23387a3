import Foundation
import KezCore
import KezTesting
import Testing

@testable import Gateway

/// `GET /v1/inbox/:handle`.
@Suite struct InboxTests {
    @Test func thePageIsTheWorkersBytes() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            for number in 0..<3 {
                #expect(try await gateway.post([UInt8]("{ \"n\" : \(number).0e1 }".utf8), to: "bob").status == 201)
            }
            let path = "/v1/inbox/bob"
            let page = try await gateway.get(path, gateway.auth(bob, path: path))
            #expect(page.status == 200 && page.header("content-type") == "application/json")
            #expect(page.text.contains("\"envelope\":{ \"n\" : 1.0e1 }"))
            #expect(page.json?["messages"]?.array?.count == 3 && page.json?["next"]?.integer == 3)
            let rest = try await gateway.get(path + "?since=2&limit=500", gateway.auth(bob, path: path, since: "2"))
            #expect(rest.json?["messages"]?.array?.count == 1)
            // The limit is not signed, and an absent cursor is 0.
            #expect(
                try await gateway.get(path + "?limit=1", gateway.auth(bob, path: path)).json?["has_more"]?.bool == true)
            #expect(try await gateway.get(path + "?since=0", gateway.auth(bob, path: path)).status == 200)
            let full = "/v1/inbox/bob@kez.test"
            #expect(try await gateway.get(full, gateway.auth(bob, path: full)).status == 200)
            let encoded = "/v1/inbox/bob%40kez.test"
            #expect(try await gateway.get(encoded, gateway.auth(bob, path: encoded)).status == 200)
            #expect(try await gateway.get(encoded, gateway.auth(bob, path: full)).status == 401)
            _ = alice
        }
    }

    @Test func everyFailureIsTheSameAnswer() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let path = "/v1/inbox/bob"
            let good = gateway.auth(bob, path: path)["X-KEZ-Auth"]!
            let parts = good.components(separatedBy: ":")
            func shifted(_ seconds: Int) -> String {
                RequestAuth(
                    signing: .inboxList(path: path, since: "0"), at: gateway.clock.now.advanced(by: .seconds(seconds)),
                    by: bob.signer
                ).header
            }
            var answers: [String: GatewayUnderTest.Answer] = [:]
            let headers: [String: String?] = [
                "none": nil, "empty": "", "old": shifted(-61), "future": shifted(61), "garbage": "nonsense",
                "another key": gateway.auth(alice, path: path)["X-KEZ-Auth"],
                "another path": gateway.auth(bob, path: "/v1/inbox/alice")["X-KEZ-Auth"],
                "another cursor": gateway.auth(bob, path: path, since: "1")["X-KEZ-Auth"],
                "as at other doors": gateway.streamAuth(bob, path: path)["X-KEZ-Auth"],
                "three parts": good + ":x", "upper case": parts[0] + ":" + parts[1].uppercased(),
                "short": String(good.dropLast(2)), "huge time": String(repeating: "9", count: 40) + ":" + parts[1],
            ]
            for (name, value) in headers {
                answers[name] = try await gateway.get(path, value.map { ["X-KEZ-Auth": $0] } ?? [:])
            }
            let nobody = Person(handle: "nobody")
            answers["nobody"] = try await gateway.get(
                "/v1/inbox/nobody", gateway.auth(nobody, path: "/v1/inbox/nobody"))
            answers["elsewhere"] = try await gateway.get(
                "/v1/inbox/bob@other.test", gateway.auth(bob, path: "/v1/inbox/bob@other.test"))
            answers["no handle"] = try await gateway.get("/v1/inbox/B", gateway.auth(bob, path: "/v1/inbox/B"))
            answers["cursor and signature"] = try await gateway.get(path + "?since=abc", ["X-KEZ-Auth": good])
            for (name, answer) in answers {
                #expect(answer.status == 401 && answer.code == "unauthorized", "\(name): \(answer)")
                #expect(answer.text == answers["none"]?.text, "\(name)")
            }
            #expect(
                answers["none"]?.json?["server_time"]?.string.flatMap { Timestamp($0) }
                    == gateway.clock.now.inMilliseconds)
            for seconds in [-60, 60] {
                #expect(try await gateway.get(path, ["X-KEZ-Auth": shifted(seconds)]).status == 200)
            }
        }
    }

    @Test(arguments: ["abc", "-1", "1.5", "1e3", "0x1", "99999999999999999999999", "1,2", "", "%31"])
    func badCursor(since: String) async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            let answer = try await gateway.get(
                "/v1/inbox/bob?since=\(since)", gateway.auth(bob, path: "/v1/inbox/bob", since: since))
            #expect(answer.status == 400 && answer.code == "bad_cursor", "\(answer)")
        }
    }

    @Test func theWorkersRefusalIsPassedOn() async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            gateway.inbox.state.update { $0.listFailure = KezError(.catchingUp) }
            let answer = try await gateway.get("/v1/inbox/bob", gateway.auth(bob, path: "/v1/inbox/bob"))
            #expect(answer.status == 503 && answer.code == "catching_up")
        }
    }
}
