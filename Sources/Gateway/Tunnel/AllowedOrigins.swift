/// Which web pages may open a tunnel: those of the gateway's own host, and those that the operator names.
///
/// A browser says in `Origin` whose page it is, and no page can change that; other clients send none, and pass. The
/// tunnel's login is a signature, no cookie, so this keeps strange pages from spending an address's budget, no more.
package struct AllowedOrigins: Sendable, Equatable {
    /// The gateway's own pages alone.
    package static let own = AllowedOrigins(all: false, named: [])

    private let all: Bool
    private let named: Set<String>

    private init(all: Bool, named: Set<String>) {
        self.all = all
        self.named = named
    }

    /// - Parameter text: origins such as `https://app.example`, separated by commas; `*` for every page.
    /// - Returns: nil when one of them is neither.
    package init?(_ text: String) {
        var (all, named): (Bool, Set<String>) = (false, [])
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let entry = part.filter { $0 != " " }
            if entry == "*" {
                all = true
            } else {
                guard let origin = Origin(entry) else { return nil }
                named.insert(origin.text)
            }
        }
        self.init(all: all, named: named)
    }

    /// Whether a request may open a tunnel.
    ///
    /// - Parameters:
    ///   - origins: the values of `Origin`.
    ///   - hosts: what the caller called this gateway: `Host`, and what a trusted proxy wrote down of it.
    func allows(_ origins: [String], at hosts: [String]) -> Bool {
        origins.allSatisfy { text in
            if self.all { return true }
            guard let origin = Origin(text) else { return false }
            return self.named.contains(origin.text) || hosts.contains { origin.isOf(host: $0) }
        }
    }
}

/// A scheme, a host and a port, as a browser writes them; `null` is none.
///
/// Source: RFC 6454, section 7.
private struct Origin {
    let scheme: String
    /// Without the port that the scheme implies.
    let authority: String

    var text: String { "\(self.scheme)://\(self.authority)" }

    /// - Returns: nil for anything with a path, a query or an account, and for what has no host.
    init?(_ text: String) {
        let text = text.lowercased()
        guard let mark = text.firstRange(of: "://") else { return nil }
        let (scheme, authority) = (text[..<mark.lowerBound], text[mark.upperBound...])
        guard !scheme.isEmpty, scheme.utf8.allSatisfy(Self.isOfScheme), !authority.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !authority.contains(where: { "/?#@,\\".contains($0) })
        else { return nil }
        self.scheme = String(scheme)
        self.authority = Self.withoutDefaultPort(String(authority), of: self.scheme)
    }

    /// Whether `host`, the value of a `Host` field, means the same place. The scheme is the proxy's business, which
    /// may speak TLS with the browser and none with us.
    func isOf(host: String) -> Bool {
        Self.withoutDefaultPort(host.lowercased(), of: self.scheme) == self.authority
    }

    private static func withoutDefaultPort(_ authority: String, of scheme: String) -> String {
        let port: String
        switch scheme {
        case "https": port = ":443"
        case "http": port = ":80"
        default: return authority
        }
        return authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
    }

    private static func isOfScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
