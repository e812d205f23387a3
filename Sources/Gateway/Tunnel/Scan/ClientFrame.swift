/// Reads the head of one WebSocket frame of a client, a byte at a time; pure.
///
/// Source: RFC 6455, section 5.2.
struct ClientFrame: Sendable {
    private(set) var isControl = false
    private(set) var isFinal = false
    private(set) var opcode: UInt8 = 0
    private(set) var length: UInt64 = 0
    /// The four bytes of the mask, the first one lowest.
    private(set) var mask: UInt32 = 0
    private var position = 0
    private var lengthBytes = 0

    /// - Returns: whether the head is complete.
    mutating func append(_ byte: UInt8) throws(TunnelViolation) -> Bool {
        defer { self.position += 1 }
        switch self.position {
        case 0:
            guard byte & 0x70 == 0 else { throw .badFrame }
            self.isFinal = byte & 0x80 != 0
            self.opcode = byte & 0x0F
            self.isControl = self.opcode >= 8
            guard [0, 1, 2, 8, 9, 10].contains(self.opcode), self.isFinal || !self.isControl else { throw .badFrame }
        case 1:
            let short = byte & 0x7F
            guard byte & 0x80 != 0, short < 126 || !self.isControl else { throw .badFrame }
            self.lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
            self.length = self.lengthBytes == 0 ? UInt64(short) : 0
        case 2..<2 + self.lengthBytes:
            self.length = self.length << 8 | UInt64(byte)
            if self.position == 1 + self.lengthBytes {
                // The shortest form is a must, and the highest bit is none.
                let least: UInt64 = self.lengthBytes == 2 ? 126 : 65_536
                guard self.length >= least, self.length < 1 << 63 else { throw .badFrame }
            }
        default:
            let index = self.position - 2 - self.lengthBytes
            self.mask |= UInt32(byte) << UInt32(8 * index)
            return index == 3
        }
        return false
    }
}
