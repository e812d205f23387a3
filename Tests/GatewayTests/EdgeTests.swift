import Foundation
import KezCore
import KezTesting
import Testing

@testable import Gateway

/// What surrounds every call: errors, methods, CORS, ids, limits of HTTP.
@Suite struct EdgeTests {
    private static let methods: [(path: String, method: String)] = [
        ("/v1/healthz", "GET"), ("/v1/config", "GET"), ("/v1/u/someone", "GET"),
        ("/v1/by-primary/" + String(repeating: "ab", count: 32), "GET"), ("/v1/register", "POST"),
        ("/v1/release", "POST"), ("/v1/messages", "POST"), ("/v1/inbox/someone", "GET"),
        ("/v1/inbox/someone/stream", "GET"), ("/.well-known/webfinger", "GET"), ("/internal/nats/auth", "POST"),
        ("/nats", "GET"), ("/", "GET"),
    ]

    @Test func pathsMethodsAndHeaders() async throws {
        try await withGateway { gateway in
            for path in [
                "/v1/", "/v1/nope", "/v1/u", "/v1/u/", "/v1/u/a/b", "/v1/healthz/x", "/v1/sigchains/rsa/00",
                "/metrics.txt",
            ] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 404 && answer.code == "not_found", "\(path): \(answer)")
                #expect(answer.header("access-control-allow-origin") == "*")
            }
            for (path, method) in Self.methods {
                for wrong in ["GET", "POST", "PUT", "DELETE", "PATCH"] where wrong != method {
                    let answer = try await gateway.send(wrong, path)
                    #expect(answer.status == 405 && answer.code == "method_not_allowed", "\(wrong) \(path): \(answer)")
                    let allowed = answer.header("allow")?.components(separatedBy: ", ") ?? []
                    #expect(allowed.contains(method) && !allowed.contains(wrong), "\(wrong) \(path): \(allowed)")
                }
                let preflight = try await gateway.send("OPTIONS", path, headers: ["Origin": "https://a.test"])
                #expect(preflight.status == 204 && preflight.header("access-control-allow-origin") == "*")
                #expect(preflight.header("access-control-allow-methods")?.contains(method) == true)
                #expect(preflight.header("access-control-allow-headers")?.contains("X-KEZ-Auth") == true)
            }
            let chain = try await gateway.send("DELETE", "/v1/sigchains/ed25519/00")
            #expect(chain.status == 405 && chain.header("allow") == "GET, HEAD, POST, OPTIONS")
        }
    }

    @Test func requestIDs() async throws {
        try await withGateway { gateway in
            var ids: Set<String> = []
            for path in ["/v1/healthz", "/v1/config", "/v1/nope", "/v1/inbox/x", "/", "/nats"] {
                let id = try await gateway.get(path).header("x-request-id")
                #expect(id?.isEmpty == false, "\(path)")
                ids.insert(id ?? "")
            }
            #expect(ids.count == 6)
            #expect(
                try await gateway.get("/v1/config", ["X-Request-Id": "abc-1.2_3"]).header("x-request-id") == "abc-1.2_3"
            )
            let odd = try await gateway.get("/v1/config", ["X-Request-Id": "a b<script>"])
            #expect(odd.header("x-request-id")?.count == 24)
        }
    }

    @Test func headHasTheHeadersOfGetAndNoBody() async throws {
        try await withGateway { gateway in
            for path in ["/v1/healthz", "/v1/config", "/v1/u/nobody-at-all", "/"] {
                let socket = try RawSocket(port: gateway.port(.main))
                try await socket.send(
                    "HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                )
                let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
                let parts = text.components(separatedBy: "\r\n\r\n")
                #expect(parts.count == 3 && parts[1].hasPrefix("HTTP/1.1 404"), "\(path): \(text)")
                #expect(parts[0].range(of: "Content-Length: [1-9]", options: .regularExpression) != nil, "\(text)")
            }
        }
    }

    @Test func whatIsNoHTTPIsAnsweredAndSurvived() async throws {
        try await withGateway { gateway in
            for garbage in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{0}\r\n\r\n"] {
                let socket = try RawSocket(port: gateway.port(.main))
                try await socket.send(garbage)
                socket.finishSending()
                let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
                #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 400"), "\(text)")
                if !text.isEmpty { #expect(text.contains("X-Request-Id: ") && text.contains("bad_request"), "\(text)") }
            }
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 60_000))\r\n\r\n")
            let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 431"), "\(text.prefix(300))")
            #expect(try await gateway.get("/v1/healthz").status == 200)
        }
    }

    @Test func aSlowHeadIsNotWaitedForForEver() async throws {
        try await withGateway(configure: {
            $0.tuning.headTimeout = .milliseconds(300)
            $0.tuning.bodyTimeout = .milliseconds(300)
            $0.tuning.idleTimeout = .milliseconds(300)
        }) { gateway in
            for start in [
                "", "GET /v1/config HT", "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{",
            ] {
                let socket = try RawSocket(port: gateway.port(.main))
                if !start.isEmpty { try await socket.send(start) }
                #expect(await socket.isClosedByPeer(), "\(start)")
            }
            // Between requests too.
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send("GET /v1/nope HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(String(decoding: await socket.receiveAll(), as: UTF8.self).hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test func anUpgradeThatIsNotATunnelIsAnswered() async throws {
        try await withGateway { gateway in
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send(
                "GET /v1/config HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
            )
            let text = String(decoding: await socket.receiveAll(), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Connection: close"), "\(text)")
        }
    }

    @Test func expectContinue() async throws {
        try await withGateway { gateway in
            let socket = try RawSocket(port: gateway.port(.main))
            try await socket.send(
                "POST /v1/messages HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
            )
            let first = try await socket.receive(until: "\r\n\r\n")
            #expect(String(decoding: first, as: UTF8.self).hasPrefix("HTTP/1.1 100"))
            try await socket.send("nope")
            #expect(String(decoding: await socket.receiveAll(), as: UTF8.self).contains("bad_json"))
        }
    }

    @Test func theHTTPBudgetIsAnAddress() async throws {
        var limits = Limits()
        limits.http = TokenBucketLimit(burst: 40, perSecond: 0.5)
        try await withGateway(
            limits: limits, services: false,
            configure: {
                $0.trustedProxies = [TrustedProxy("127.0.0.0/8")!]
            }
        ) { gateway in
            let one = ["X-Forwarded-For": "203.0.113.9"]
            for _ in 0..<40 { #expect(try await gateway.get("/v1/config", one).status == 200) }
            let limited = try await gateway.get("/v1/nope", one)
            #expect(limited.status == 429 && limited.code == "rate_limited" && limited.header("retry-after") == "2")
            #expect(limited.header("access-control-allow-origin") == "*")
            // What the client wrote itself stands left of what the proxy added.
            #expect(try await gateway.get("/v1/config", ["X-Forwarded-For": "198.51.100.1, 203.0.113.9"]).status == 429)
            #expect(try await gateway.get("/v1/config", ["X-Forwarded-For": "203.0.113.9, 198.51.100.1"]).status == 200)
            #expect(try await gateway.get("/livez", one, to: .inside).status == 200)
            #expect(try await gateway.get("/v1/healthz", one, to: .sigchain).status == 429)
            gateway.clock.advance(by: .seconds(2))
            #expect(try await gateway.get("/v1/config", one).status == 200)
            #expect(try await gateway.get("/v1/config", one).status == 429)
        }
    }

    @Test func nobodysForwardedForIsBelievedWithoutATrustedProxy() async throws {
        var limits = Limits()
        limits.http = TokenBucketLimit(burst: 5, perSecond: 0.001)
        try await withGateway(limits: limits, services: false) { gateway in
            var statuses: [Int] = []
            for number in 0..<6 {
                statuses.append(try await gateway.get("/v1/config", ["X-Forwarded-For": "203.0.113.\(number)"]).status)
            }
            #expect(statuses == [200, 200, 200, 200, 200, 429])
        }
    }
}
