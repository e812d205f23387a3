/// `host:port`; the host may be an IPv6 address in brackets.
struct ListenAddress: Sendable {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        self.host = String(text[..<colon])
        self.port = port
        guard !self.host.isEmpty, !self.host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "\"" }) else {
            return nil
        }
    }

    var text: String { "\(self.host):\(self.port)" }

    /// Where a client of the same machine finds what listens here.
    var connectable: String {
        switch self.host {
        case "0.0.0.0": "127.0.0.1:\(self.port)"
        case "[::]": "[::1]:\(self.port)"
        default: self.text
        }
    }
}
