/// One line of the NATS protocol as a client sends it, without its end; pure.
///
/// Stricter than the broker: what is read here in any other way than there could smuggle lines past the tunnel.
enum ProtocolLine: Equatable, Sendable {
    /// Bytes that follow, without their CR LF.
    case payload(Int)
    /// The JSON of a login.
    case connect([UInt8])
    case other

    /// Digits of a size that the broker reads.
    private static let maximumDigits = 9

    init(_ line: [UInt8], headerBytes: Int) throws(TunnelViolation) {
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = line.first, first != UInt8(ascii: " "), first != UInt8(ascii: "\t"), let word = words.first
        else { throw .badLine }
        switch String(decoding: word, as: UTF8.self).uppercased() {
        case "PUB":
            guard 3...4 ~= words.count, let size = Self.size(words[words.count - 1]) else { throw .badLine }
            self = .payload(size)
        case "HPUB":
            guard 4...5 ~= words.count, let size = Self.size(words[words.count - 1]),
                let header = Self.size(words[words.count - 2]), header <= size
            else { throw .badLine }
            guard header <= headerBytes else { throw .headersTooLarge }
            self = .payload(size)
        case "SUB":
            guard 3...4 ~= words.count else { throw .badLine }
            self = .other
        case "UNSUB":
            guard 2...3 ~= words.count else { throw .badLine }
            self = .other
        case "PING", "PONG":
            guard words.count == 1 else { throw .badLine }
            self = .other
        case "CONNECT":
            guard words.count > 1 else { throw .badLine }
            self = .connect(Array(line[words[1].startIndex...]))
        default: throw .badLine
        }
    }

    private static func size(_ digits: ArraySlice<UInt8>) -> Int? {
        guard 1...self.maximumDigits ~= digits.count else { return nil }
        var size = 0
        for digit in digits {
            let value = digit &- UInt8(ascii: "0")
            guard value <= 9 else { return nil }
            size = size * 10 + Int(value)
        }
        return size
    }
}
