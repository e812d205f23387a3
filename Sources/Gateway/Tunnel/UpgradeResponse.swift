/// What the broker answers to a handshake, as far as it came; pure.
struct UpgradeResponse: Sendable {
    enum Outcome: Equatable, Sendable {
        case incomplete
        /// The broker speaks WebSocket: the head for the client, and what came behind it.
        case accepted(head: [UInt8], rest: [UInt8])
        /// Any other answer.
        case refused(status: Int)
        case malformed
    }

    /// Bytes of the longest head that is waited for.
    private static let maximumBytes = 8 * 1024
    private static let end: [UInt8] = Array("\r\n\r\n".utf8)

    private var bytes: [UInt8] = []

    /// - Parameter requestID: a field that the broker does not write.
    mutating func append(_ more: some Sequence<UInt8>, requestID: String) -> Outcome {
        self.bytes.append(contentsOf: more)
        guard let end = self.headEnd else {
            return self.bytes.count > Self.maximumBytes ? .malformed : .incomplete
        }
        // `HTTP/1.1 101 Switching Protocols`
        let line = String(decoding: self.bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return .malformed }
        guard status == 101 else { return .refused(status: status) }
        let head = self.bytes[..<(end - 2)] + Array("X-Request-Id: \(requestID)\r\n\r\n".utf8)
        return .accepted(head: Array(head), rest: Array(self.bytes[end...]))
    }

    private var headEnd: Int? {
        guard self.bytes.count >= 4 else { return nil }
        for start in 0...(self.bytes.count - 4) where self.bytes[start..<start + 4].elementsEqual(Self.end) {
            return start + 4
        }
        return nil
    }
}
