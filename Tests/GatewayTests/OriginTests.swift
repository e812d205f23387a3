import KezTesting
import Testing

@testable import Gateway

/// Which pages may open a tunnel.
@Suite struct OriginTests {
    @Test func ownPagesAndNamedOnes() throws {
        let own = AllowedOrigins.own
        #expect(own.allows([], at: ["a"]))
        for (origin, host) in [
            ("https://kez.lat", "kez.lat"), ("https://kez.lat", "kez.lat:443"), ("https://kez.lat:443", "kez.lat"),
            ("http://kez.lat", "kez.lat:80"), ("http://KEZ.lat:6969", "kez.LAT:6969"), ("http://[::1]:1", "[::1]:1"),
        ] {
            #expect(own.allows([origin], at: [host]), "\(origin) at \(host)")
        }
        for (origin, host) in [
            ("https://kez.lat", "kez.lat:80"), ("https://kez.lat:80", "kez.lat"), ("https://evil.kez.lat", "kez.lat"),
            ("https://kez.lat.evil", "kez.lat"), ("null", "kez.lat"), ("", "kez.lat"), ("kez.lat", "kez.lat"),
            ("https://kez.lat/", "kez.lat"), ("https://x@kez.lat", "kez.lat"), ("https://", ""), ("https://a", ""),
        ] {
            #expect(!own.allows([origin], at: [host]), "\(origin) at \(host)")
        }
        #expect(!own.allows(["https://kez.lat", "https://evil.test"], at: ["kez.lat"]))
        let named = try #require(AllowedOrigins("https://app.example, http://localhost:5173"))
        #expect(named.allows(["https://APP.example:443"], at: []))
        #expect(named.allows(["http://localhost:5173"], at: []) && !named.allows(["http://localhost"], at: []))
        #expect(!named.allows(["http://app.example"], at: []))
        let all = try #require(AllowedOrigins("*"))
        #expect(all.allows(["https://anything.test"], at: []) && all.allows(["null"], at: []))
        for text in ["", ",", "app.example", "https://", "https://a/b", "https://a,,https://b", "https://*.example/"] {
            #expect(AllowedOrigins(text) == nil, "\(text)")
        }
    }

    @Test func hostsThatAProxyWroteDown() {
        let trusted = [TrustedProxy("10.0.0.0/8")!]
        func hosts(_ peer: String) -> [String] {
            ClientAddress.hosts("inner", peer: IPAddress(peer), forwarded: ["a.test, b.test"], trusted: trusted)
        }
        #expect(hosts("10.0.0.1") == ["inner", "a.test", "b.test"])
        #expect(hosts("9.9.9.9") == ["inner"])
    }

    private func status(_ gateway: GatewayUnderTest, _ origin: String?, _ extra: String = "") async throws -> String {
        let socket = try await WebSocket(gateway.port(.main), origin: origin, extra: extra)
        return String(socket.head.prefix { $0 != "\r\n" })
    }

    @Test func aStrangersPageIsRefused() async throws {
        let forwarded = "X-Forwarded-Host: chat.example\r\n"
        try await withGateway(services: false) { gateway in
            #expect(try await self.status(gateway, nil).contains(" 101 "))
            #expect(try await self.status(gateway, "http://a").contains(" 101 "))
            #expect(try await self.status(gateway, "https://chat.example", forwarded).contains(" 403 "))
            let refused = try await WebSocket(gateway.port(.main), origin: "https://elsewhere.test")
            #expect(refused.head.hasPrefix("HTTP/1.1 403"))
            refused.socket.finishSending()
            #expect(String(decoding: await refused.socket.receiveAll(), as: UTF8.self).isEmpty)
        }
        try await withGateway(
            services: false,
            configure: {
                $0.trustedProxies = [TrustedProxy("127.0.0.0/8")!]
                $0.allowedOrigins = AllowedOrigins("https://app.example")!
            }
        ) { gateway in
            let named = try await self.status(gateway, "https://app.example")
            let own = try await self.status(gateway, "https://chat.example", forwarded)
            let strange = try await self.status(gateway, "https://elsewhere.test", forwarded)
            #expect(named.contains(" 101 ") && own.contains(" 101 ") && strange.contains(" 403 "))
        }
    }
}
