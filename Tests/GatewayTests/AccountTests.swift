import KezCore
import KezTesting
import Testing

@testable import Gateway

/// `GET /v1/account/:handle`, and the budget that a proved key has.
@Suite struct AccountTests {
    @Test func theOwnerSeesWhyAndUntilWhen() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let path = "/v1/account/bob"
            let good = try await gateway.get(path, gateway.streamAuth(bob, path: path))
            #expect(good.status == 200)
            #expect(try AccountStatus(json: good.json!) == AccountStatus(handle: Handle("bob"), isSuspended: false))
            try gateway.registry.change(bob.primary) { $0.suspended.insert(bob.primary) }
            let suspended = try await gateway.get(path, gateway.streamAuth(bob, path: path))
            let status = try AccountStatus(json: suspended.json!)
            #expect(status.isSuspended && status.reason == "Too loud." && status.until != nil)
            let full = "/v1/account/bob@kez.test"
            #expect(try await gateway.get(full, gateway.streamAuth(bob, path: full)).status == 200)
            let nobody = "/v1/account/nobody"
            for (path, headers) in [
                (path, [:]), (path, gateway.streamAuth(alice, path: path)), (path, gateway.auth(bob, path: path)),
                (path, gateway.streamAuth(bob, path: path, since: "1")),
                (nobody, gateway.streamAuth(bob, path: nobody)),
                ("/v1/account/bob@else.test", gateway.streamAuth(bob, path: "/v1/account/bob@else.test")),
            ] {
                let answer = try await gateway.get(path, headers)
                #expect(answer.status == 401 && answer.code == "unauthorized", "\(path) \(answer)")
            }
            #expect(try await gateway.post(path, []).status == 405)
            #expect(try await gateway.get("/v1/account").status == 404)
        }
    }

    @Test func aKeyHasOneBudgetFromAllItsAddresses() async throws {
        var limits = Limits()
        limits.http = TokenBucketLimit(burst: 6, perSecond: 0.5)
        try await withGateway(
            limits: limits,
            configure: {
                $0.trustedProxies = [TrustedProxy("127.0.0.0/8")!]
                $0.tuning.refusalPause = .zero
            }
        ) { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            func from(_ number: Int, _ headers: [String: String]) -> [String: String] {
                headers.merging(["X-Forwarded-For": "203.0.113.\(number)"]) { $1 }
            }
            let paths = ["/v1/inbox/bob", "/v1/account/bob"]
            func ask(_ number: Int) async throws -> GatewayUnderTest.Answer {
                let isList = number % 2 == 0
                let path = paths[number % 2]
                let auth = isList ? gateway.auth(bob, path: path) : gateway.streamAuth(bob, path: path)
                return try await gateway.get(path, from(number, auth))
            }
            // Who cannot prove the key does not spend it, nor who posts what its owner has signed.
            for number in 100..<110 {
                #expect(
                    try await gateway.get(paths[1], from(number, gateway.streamAuth(alice, path: paths[1]))).status
                        == 401)
            }
            let envelope = bob.message(to: alice.primary)
            for number in 120..<128 {
                #expect(try await gateway.post(envelope, to: "alice", from(number, [:])).status == 201)
            }
            for number in 0..<6 { #expect(try await ask(number).status == 200) }
            let limited = try await ask(7)
            #expect(limited.status == 429 && limited.code == "rate_limited" && limited.header("retry-after") == "2")
            #expect(
                try await gateway.get(
                    "/v1/account/alice", from(8, gateway.streamAuth(alice, path: "/v1/account/alice"))
                ).status == 200)
            gateway.clock.advance(by: .seconds(2))
            #expect(try await ask(9).status == 200)
        }
    }
}
