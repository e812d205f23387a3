import Foundation
import KezCore
import KezRuntime
import KezTesting
import Testing

@testable import Gateway

/// Users, registration, webfinger, sigchains.
@Suite struct RegistryDoorTests {
    @Test func users() async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            let wanted = gateway.registry.user(Handle("bob")!)?.bytes
            for path in [
                "/v1/u/bob", "/v1/u/bob@kez.test", "/v1/u/bob%40kez.test", "/v1/by-primary/\(bob.primary.text)",
                "/v1/by-primary/\(bob.primary.hex)", "/v1/by-primary/ed25519%3A\(bob.primary.hex)",
            ] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 200 && answer.body == wanted, "\(path): \(answer)")
            }
            for path in [
                "/v1/u/nobody", "/v1/u/bob@elsewhere.test", "/v1/u/B", "/v1/u/b%00b", "/v1/u/..%2fbob",
                "/v1/by-primary/" + String(repeating: "a", count: 64),
            ] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 404 && answer.code == "not_found", "\(path): \(answer)")
            }
            for key in ["00", String(repeating: "z", count: 64), bob.primary.hex.uppercased() + "A", "ed25519:00"] {
                let answer = try await gateway.get("/v1/by-primary/\(key)")
                #expect(answer.status == 400 && answer.code == "bad_request", "\(key): \(answer)")
            }
        }
    }

    @Test func registrationPassesTheBytesAndTheAnswer() async throws {
        try await withGateway { gateway in
            let person = Person(handle: "carol")
            let envelope =
                [UInt8](" ".utf8) + (try person.signer.sign(.handleRegistration) { $0.member("handle", "carol") })
            let answer = try await gateway.post("/v1/register", envelope, ["Content-Type": "text/plain"])
            #expect(answer.status == 201 && answer.body == gateway.registry.user(Handle("carol")!)?.bytes)
            #expect(gateway.registry.state.value.bodies["register"] == [envelope])

            let refusal = KezError(.replayed).with("user", gateway.registry.user(Handle("carol")!)!)
            gateway.registry.state.update { $0.answers["register"] = .failure(refusal) }
            let again = try await gateway.post("/v1/register", envelope)
            #expect(again.status == 409 && again.code == "replayed")
            #expect(again.json?["user"]?["handle"]?.string == "carol")

            for door in ["register", "release"] {
                for body in ["", "nope", "{", "\u{FEFF}{}"] {
                    let bad = try await gateway.post("/v1/\(door)", [UInt8](body.utf8))
                    #expect(bad.status == 400 && bad.code == "bad_json", "\(door) \(body): \(bad)")
                }
            }
            let released = try await gateway.post("/v1/release", envelope)
            #expect(released.status == 200)
            #expect(try await gateway.get("/v1/u/carol").status == 404)
        }
    }

    @Test(arguments: [false, true])
    func signedBodiesAtTheExactByte(chunked: Bool) async throws {
        try await withGateway { gateway in
            let person = Person(handle: "carol")
            func sized(_ count: Int) throws -> [UInt8] {
                let bare = try person.signer.sign(.handleRegistration) { writer in
                    writer.member("handle", "carol")
                    writer.member("pad", "")
                }
                return try person.signer.sign(.handleRegistration) { writer in
                    writer.member("handle", "carol")
                    writer.member("pad", String(repeating: "x", count: count - bare.count))
                }
            }
            for (count, status) in [(16_384, 201), (16_385, 413), (600_000, 413)] {
                let body = try sized(count)
                #expect(body.count == count)
                let answer = try await gateway.send("POST", "/v1/register", body: body, chunked: chunked)
                #expect(answer.status == status, "\(count): \(answer)")
                if status == 413 { #expect(answer.code == "too_large") }
            }
        }
    }

    @Test func theRegistrationBudget() async throws {
        var limits = Limits()
        limits.registrations = TokenBucketLimit(burst: 2, perSecond: 0.1)
        try await withGateway(limits: limits) { gateway in
            for _ in 0..<2 { #expect(try await gateway.post("/v1/register", [UInt8]("{}".utf8)).status == 400) }
            let limited = try await gateway.post("/v1/register", [UInt8]("{}".utf8))
            #expect(limited.status == 429 && limited.code == "rate_limited" && limited.header("retry-after") == "10")
            #expect(try await gateway.post("/v1/release", [UInt8]("{}".utf8)).status == 400)
            gateway.clock.advance(by: .seconds(10))
            #expect(try await gateway.post("/v1/register", [UInt8]("{}".utf8)).status == 400)
        }
    }

    @Test func webfinger() async throws {
        try await withGateway { gateway in
            let bob = gateway.user("bob")
            for resource in ["acct:bob@kez.test", "acct%3Abob%40kez.test", "ACCT:bob@KEZ.test"] {
                let answer = try await gateway.get("/.well-known/webfinger?resource=\(resource)")
                #expect(answer.status == 200 && answer.header("content-type") == "application/jrd+json", "\(answer)")
                #expect(answer.json?["subject"]?.string == "acct:bob@kez.test")
                #expect(answer.json?["properties"]?["urn:kez:primary"]?.string == bob.primary.text)
                let links = answer.json?["links"]?.array ?? []
                let base = "http://127.0.0.1:\(gateway.port(.main))"
                #expect(links.first { $0["rel"]?.string == "self" }?["href"]?.string == "\(base)/v1/u/bob")
                #expect(
                    links.contains { $0["href"]?.string == "http://sig.test/v1/sigchains/ed25519/\(bob.primary.hex)" })
                #expect(answer.json?["aliases"]?.array?.count == 2)
            }
            for query in [
                "", "?", "?resource=", "?resource=nonsense", "?resource=acct:", "?resource=mailto:bob@kez.test",
                "?resource=acct:bob%",
            ] {
                let answer = try await gateway.get("/.well-known/webfinger\(query)")
                #expect(answer.status == 400 && answer.code == "bad_request", "\(query): \(answer)")
            }
            for resource in ["acct:nobody@kez.test", "acct:bob@elsewhere.test"] {
                #expect(try await gateway.get("/.well-known/webfinger?resource=\(resource)").status == 404)
            }
        }
    }

    @Test func sigchainsOnBothPorts() async throws {
        try await withGateway { gateway in
            let (bob, other) = (gateway.user("bob"), Person(handle: "x"))
            let link = try bob.signer.sign(.sigchainLink) { writer in
                writer.member("primary", bob.primary)
                writer.member("n", 7)
            }
            gateway.registry.state.update { $0.chains[bob.primary] = [link] }
            let path = "/v1/sigchains/ed25519/\(bob.primary.hex)"
            for port in [GatewayUnderTest.Port.main, .sigchain] {
                let answer = try await gateway.get(path + "?from=1", to: port)
                #expect(answer.status == 200 && answer.text.contains(String(decoding: link, as: UTF8.self)))
                #expect(answer.header("access-control-allow-origin") == "*")
                #expect(try await gateway.get("/v1/sigchains/ed25519/\(other.primary.hex)", to: port).status == 404)
                for key in ["00", String(repeating: "zz", count: 32), bob.primary.hex.uppercased()] {
                    #expect(try await gateway.get("/v1/sigchains/ed25519/\(key)", to: port).status == 404)
                }
                #expect(try await gateway.get(path + "?from=x", to: port).status == 400)
                let appended = try await gateway.post(path, link, to: port)
                #expect(appended.status == 201 && appended.json?["seq"]?.integer == 1, "\(appended)")
                #expect(gateway.registry.state.value.bodies["sigchain_append"]?.last == link)
                let wrong = try await gateway.post("/v1/sigchains/ed25519/\(other.primary.hex)", link, to: port)
                #expect(wrong.status == 400 && wrong.code == "bad_envelope")
                #expect(try await gateway.post(path, [UInt8]("{".utf8), to: port).code == "bad_json")
                let large = try await gateway.post(path, [UInt8](repeating: 0x20, count: 16_385), to: port)
                #expect(large.status == 413)
            }
            gateway.registry.state.update { $0.answers["sigchain_append"] = .failure(KezError(.staleHead)) }
            #expect(try await gateway.post(path, link).code == "stale_head")
            for call in ["/v1/messages", "/v1/register", "/v1/config", "/", "/nats"] {
                #expect(try await gateway.post(call, [UInt8]("{}".utf8), to: .sigchain).status == 404)
            }
        }
    }
}
