/// Follows what the broker sends, as little as is needed: where its frames end, so that a farewell can be put
/// between two of them, and until the login is decided, the first letters of its lines.
///
/// Pure; payloads are not read once the login was accepted.
struct BrokerStream: Sendable {
    private var head: [UInt8] = []
    private var left: UInt64 = 0
    private var isControl = false
    private var line: [UInt8] = []
    /// The broker took the login: it answered the client's first PING, or acknowledged the CONNECT.
    ///
    /// Nothing weaker proves it: INFO and PING come before the login is decided as well.
    private(set) var isAccepted = false

    /// Whether the next byte begins a frame.
    var isBetweenFrames: Bool { self.head.isEmpty && self.left == 0 }

    /// Reads `chunk`.
    ///
    /// - Returns: how many of its bytes lie before the first end of a frame in it; nil when no frame ends.
    mutating func append(_ chunk: Span<UInt8>) -> Int? {
        var (index, firstEnd) = (0, Int?.none)
        while index < chunk.count {
            if self.left == 0 {
                self.head.append(chunk[index])
                index += 1
                guard let length = self.length else { continue }
                self.isControl = self.head[0] & 0x0F >= 8
                self.head.removeAll(keepingCapacity: true)
                self.left = length
            } else {
                let step = min(chunk.count - index, Int(clamping: self.left))
                if !self.isAccepted, !self.isControl {
                    for position in index..<index + step { self.read(chunk[position]) }
                }
                index += step
                self.left -= UInt64(step)
            }
            if self.left == 0, firstEnd == nil { firstEnd = index }
        }
        return firstEnd
    }

    /// nil until the head is complete. The broker's frames are not masked.
    private var length: UInt64? {
        guard self.head.count >= 2 else { return nil }
        let short = self.head[1] & 0x7F
        let count = short == 126 ? 2 : short == 127 ? 8 : 0
        guard self.head.count == 2 + count else { return nil }
        return count == 0 ? UInt64(short) : self.head[2...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func read(_ byte: UInt8) {
        guard byte != 0x0A else {
            if self.line.starts(with: [UInt8]("PONG".utf8)) || self.line.starts(with: [UInt8]("+OK".utf8)) {
                self.isAccepted = true
            }
            self.line.removeAll(keepingCapacity: true)
            return
        }
        // No message comes before the login is accepted: everything is a line.
        if self.line.count < 8 { self.line.append(byte) }
    }
}
