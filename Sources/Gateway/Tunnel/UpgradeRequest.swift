import NIOHTTP1

/// A client's request for a WebSocket, and what of it the broker gets; pure.
struct UpgradeRequest: Sendable {
    /// Fields of the handshake. Nothing else is passed on: the broker would judge an `Origin` by its own address,
    /// and needs neither cookies nor what proxies add. No extensions either: compressed lines could not be read here.
    private static let passed = ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"]

    let headers: HTTPHeaders

    /// - Returns: nil unless `head` asks for a WebSocket with GET.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, head.version == .http1_1,
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" })
        else { return nil }
        self.headers = head.headers
    }

    /// The text of the request to the broker's listener at `host`.
    func text(host: String) -> String {
        var text = "GET / HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        for name in Self.passed {
            // The HTTP parser lets no line break into a value.
            for value in self.headers[name] { text += "\(name): \(value)\r\n" }
        }
        return text + "\r\n"
    }
}
