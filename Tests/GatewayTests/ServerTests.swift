import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

@testable import Gateway

/// Health, configuration, the internal listener, and what happens without broker and services.
@Suite struct ServerTests {
    @Test func config() async throws {
        try await withGateway { gateway in
            let answer = try await gateway.get("/v1/config")
            let config = try ServiceConfig(json: answer.json!)
            #expect(config.server == "kez.test" && config.serverTime == gateway.clock.now.inMilliseconds)
            #expect(config.nats == "ws://127.0.0.1:\(gateway.port(.main))/nats")
            #expect(config.limit("envelope_bytes") == 262_144 && config.limit("body_bytes") == 524_288)
            #expect(config.features.contains("anonymous") && answer.json?["tlog"]?.isNull == true)
            let behind = try await gateway.get("/v1/config", ["X-Forwarded-Proto": "https", "Host": "chat.example"])
            #expect(behind.json?["nats"]?.string == "wss://chat.example/nats")
            #expect(config.registration == "open" && config.features.contains("register"))
            let odd = try await gateway.get("/v1/config", ["Host": "a/b\"c"])
            #expect(odd.json?["nats"]?.string == "ws://kez.test/nats")
        }
        try await withGateway(
            services: false,
            configure: {
                $0.publicNATSURL = "wss://else.example/nats"
                $0.registration = .closed
                $0.anonymous = .deny
            }
        ) { gateway in
            let answer = try await gateway.get("/v1/config")
            let features = try ServiceConfig(json: answer.json!).features
            #expect(!features.contains("register") && !features.contains("anonymous") && features.contains("inbox"))
            #expect(answer.json?["registration"]?.string == "closed")
            #expect(answer.json?["nats"]?.string == "wss://else.example/nats")
        }
    }

    @Test func healthNamesWhatFails() async throws {
        try await withGateway(services: false) { gateway in
            let answer = try await gateway.get("/v1/healthz")
            #expect(answer.status == 503 && answer.json?["status"]?.string == "degraded")
            #expect(
                answer.json?["failing"]?.array?.compactMap(\.string) == ["auth-callout", "inbox-worker", "registry"])
            let task = Task { try await gateway.registry.run() }
            try await eventually("the registry is seen") {
                gateway.clock.advance(by: .seconds(1))
                return try await gateway.get("/v1/healthz").json?["failing"]?.array?.compactMap(\.string)
                    == ["auth-callout", "inbox-worker"]
            }
            task.cancel()
        }
        try await withGateway { gateway in
            let answer = try await gateway.get("/v1/healthz")
            #expect(answer.text == #"{"status":"ok","server":"kez.test","version":"\#(KezVersion.current)"}"#)
            #expect(gateway.callout.asked.value == 0, "health asks whether the callout lives, not for a decision")
            try await gateway.deployment.broker.stop()
            try await eventually("the broker is missed") {
                gateway.clock.advance(by: .seconds(1))
                return try await gateway.get("/v1/healthz").json?["failing"]?.array?.compactMap(\.string) == ["broker"]
            }
            try await gateway.deployment.broker.start()
            try await eventually("all is well again") {
                gateway.clock.advance(by: .seconds(1))
                return try await gateway.get("/v1/healthz").status == 200
            }
        }
    }

    @Test func withoutAServiceCallsAreUnavailable() async throws {
        try await withGateway(services: false) { gateway in
            let bob = Person(handle: "bob")
            for (path, headers) in [
                ("/v1/u/bob", [:]), ("/v1/by-primary/\(bob.primary.hex)", [:]),
                ("/v1/inbox/bob", gateway.auth(bob, path: "/v1/inbox/bob")),
                ("/v1/sigchains/ed25519/\(bob.primary.hex)", [:]),
                ("/.well-known/webfinger?resource=acct:bob@kez.test", [:]),
            ] {
                let answer = try await gateway.get(path, headers)
                #expect(answer.status == 503 && answer.code == "unavailable", "\(path): \(answer)")
            }
            for path in ["/v1/messages", "/v1/register"] {
                let answer = try await gateway.post(path, GatewayUnderTest.body([UInt8]("{}".utf8), to: "bob"))
                #expect(answer.status == 503 && answer.code == "unavailable", "\(path): \(answer)")
            }
        }
    }

    /// A broker that takes connections and says nothing is the worst case.
    @Test func aBrokerThatHangsIsNotWaitedForLong() async throws {
        try await withGateway { gateway in
            let (alice, bob) = (gateway.user("alice"), gateway.user("bob"))
            let envelope = alice.message(to: bob.primary)
            #expect(try await gateway.post(envelope, to: "bob").status == 201)
            gateway.deployment.broker.send(signal: SIGSTOP)
            defer { gateway.deployment.broker.send(signal: SIGCONT) }
            gateway.clock.advance(by: .seconds(60))
            async let health = gateway.get("/v1/healthz")
            async let user = gateway.get("/v1/u/bob")
            async let message = gateway.post(envelope, to: "bob")
            async let inbox = gateway.get("/v1/inbox/bob", gateway.auth(bob, path: "/v1/inbox/bob"))
            for answer in [try await health, try await user, try await message, try await inbox] {
                #expect(answer.status == 503, "\(answer)")
            }
            gateway.deployment.broker.send(signal: SIGCONT)
            try await eventually("messages are taken again") {
                try await gateway.post(envelope, to: "bob").status == 201
            }
        }
    }

    @Test func theInternalListener() async throws {
        try await withGateway { gateway in
            for path in ["/livez", "/readyz"] {
                let answer = try await gateway.get(path, to: .inside)
                #expect(answer.status == 200 && answer.header("access-control-allow-origin") == nil)
            }
            let metrics = try await gateway.get("/metrics", to: .inside)
            #expect(metrics.status == 200 && metrics.text.contains("kez_up 1"))
            #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            gateway.health.report("inbox-worker", failure: "it is replaying")
            let unready = try await gateway.get("/readyz", to: .inside)
            #expect(unready.status == 503 && unready.json?["failing"]?["inbox-worker"]?.string == "it is replaying")
            #expect(try await gateway.get("/livez", to: .inside).status == 200)
            for path in ["/", "/v1/config", "/v1/messages", "/nats"] {
                #expect(try await gateway.get(path, to: .inside).status == 404)
            }
            for path in ["/metrics", "/livez", "/readyz"] {
                #expect(try await gateway.get(path).text.contains("kez_up 1") == false)
            }
        }
    }

    @Test func theCalloutsDecisionOverHTTP() async throws {
        struct Body: Codable, Sendable {}
        try await withGateway { gateway in
            let issuer = gateway.deployment.keys.issuer
            let response = try NATSJWT.encode(
                NATSClaims(audience: "N", subject: "U", issuedAt: 1, nats: Body()), issuer: issuer)
            let request = try NATSJWT.encode(
                NATSClaims(audience: "nats-authorization-request", subject: "U", issuedAt: 1, nats: Body()),
                issuer: .generate(role: .server))
            let body = JSONWriter.object { $0.member("request", request) }
            let path = "/internal/nats/auth"
            for header in [
                nil, "", "Bearer wrong", "Bearer ", "Bearer", "Basic eA==", gateway.deployment.keys.internalToken,
            ] {
                let answer = try await gateway.post(path, body, header.map { ["Authorization": $0] } ?? [:])
                #expect(answer.status == 401 && answer.code == "unauthorized", "\(header ?? "none"): \(answer)")
            }
            let token = ["Authorization": "Bearer \(gateway.deployment.keys.internalToken)"]

            gateway.callout.known.value = (request, response)
            let answer = try await gateway.post(path, body, token)
            #expect(answer.status == 200 && answer.json?["response"]?.string == response, "\(answer)")
            #expect(try await gateway.post(path, body, to: .inside).json?["response"]?.string == response)

            for (bad, code) in [
                ("nope", "bad_json"), ("{}", "bad_request"), (#"{"request":7}"#, "bad_request"),
                (#"{"request":"x.y.z"}"#, "bad_request"),
            ] {
                for (headers, port) in [(token, GatewayUnderTest.Port.main), ([:], .inside)] {
                    let refused = try await gateway.post(path, [UInt8](bad.utf8), headers, to: port)
                    #expect(refused.status == 400 && refused.code == code, "\(bad): \(refused)")
                }
            }
            let stranger = try NATSJWT.encode(
                NATSClaims(audience: "x", subject: "U", issuedAt: 1, nats: Body()), issuer: .generate(role: .server))
            let unknown = try await gateway.post(
                path, JSONWriter.object { $0.member("request", stranger) }, to: .inside)
            #expect(unknown.status == 400 && unknown.code == "bad_request", "\(unknown)")
            await gateway.callout.connection.close()
            let away = try await gateway.post(path, body, to: .inside)
            #expect(away.status == 503 && away.code == "unavailable", "\(away)")
        }
    }

    @Test func withoutATokenThePublicDoorIsClosed() async throws {
        try await withGateway(services: false, configure: { $0.internalToken = "" }) { gateway in
            let answer = try await gateway.post("/internal/nats/auth", [UInt8]("{}".utf8), ["Authorization": "Bearer "])
            #expect(answer.status == 401)
        }
    }
}
