/// Who is behind a request.
///
/// Source: protocol, section 9.
enum ClientAddress {
    /// Entries of X-Forwarded-For that are looked at: a chain of proxies is not longer.
    private static let maximumHops = 32

    /// The rightmost entry of X-Forwarded-For that is not a trusted proxy, if the peer itself is one; else the peer.
    ///
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwarded: the values of X-Forwarded-For, in order.
    static func of(peer: IPAddress?, forwarded: [String], trusted: [TrustedProxy]) -> IPAddress? {
        guard var client = peer, trusted.contains(where: { $0.contains(client) }) else { return peer }
        let entries = forwarded.joined(separator: ",").split(separator: ",").suffix(self.maximumHops)
        for entry in entries.reversed() {
            // What a trusted proxy wrote and cannot be read names nobody: the proxy stands for it.
            guard let address = self.address(entry) else { return client }
            client = address
            guard trusted.contains(where: { $0.contains(address) }) else { return client }
        }
        return client
    }

    /// What the caller called this gateway: `Host`, and what trusted proxies wrote down of it.
    ///
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwarded: the values of X-Forwarded-Host.
    static func hosts(
        _ host: String?, peer: IPAddress?, forwarded: [String], trusted: [TrustedProxy]
    ) -> [String] {
        let own = host.map { [$0] } ?? []
        guard let peer, trusted.contains(where: { $0.contains(peer) }) else { return own }
        let entries = forwarded.joined(separator: ",").split(separator: ",").suffix(self.maximumHops)
        return own + entries.map { $0.filter { $0 != " " && $0 != "\t" } }
    }

    /// An entry may carry a port: `1.2.3.4:5`, `[::1]:5`.
    private static func address(_ entry: Substring) -> IPAddress? {
        var text = entry.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let address = IPAddress(text) { return address }
        return text.lastIndex(of: ":").flatMap { IPAddress(text[..<$0]) }
    }
}
