/// The path and query of a request as they were sent, and what they mean.
struct RequestTarget: Sendable, Equatable {
    /// As sent, without the query: this is what callers sign.
    let path: String
    /// As sent; nil without a question mark.
    let query: String?

    /// - Parameter text: the request line's target: a path, or a whole URL as proxies send it.
    init(_ text: String) {
        var rest = text[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...]
            rest = authority.firstIndex { $0 == "/" || $0 == "?" }.map { authority[$0...] } ?? ""
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        rest = rest.prefix { $0 != "#" }
        guard let mark = rest.firstIndex(of: "?") else {
            self.path = String(rest)
            self.query = nil
            return
        }
        self.path = String(rest[..<mark])
        self.query = String(rest[rest.index(after: mark)...])
    }

    /// The parts of the path between slashes, decoded once.
    ///
    /// - Returns: nil for what cannot be decoded to UTF-8, and for a path that does not begin with a slash.
    var segments: [String]? {
        guard self.path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in self.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The first value of `name` in the query, as sent; empty when it has no `=`.
    func raw(_ name: String) -> String? {
        guard let query = self.query else { return nil }
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if PercentEncoding.decode(parts[0]) == name { return parts.count == 2 ? String(parts[1]) : "" }
        }
        return nil
    }

    /// The same, decoded; nil also when it cannot be.
    func value(_ name: String) -> String? { self.raw(name).flatMap { PercentEncoding.decode($0) } }
}

/// `%41` for `A`.
enum PercentEncoding {
    /// - Returns: nil for a percent sign without two hexadecimal digits, and what is then no UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(self.digit), let low = rest.popFirst().flatMap(self.digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
