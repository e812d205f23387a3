/// Follows what a client sends through the tunnel: WebSocket frames, and in them the lines of the NATS protocol.
/// Counts bytes and lines, skips payloads by their length, and refuses what must not reach the broker.
///
/// Pure: fed with chunks that may end anywhere. Only the bytes of lines are unmasked and kept, up to the longest
/// line; payloads are not touched.
struct TunnelScanner: Sendable {
    /// How far a scan came.
    struct Progress: Equatable, Sendable {
        /// Bytes of the chunk that may be passed on.
        var bytes = 0
        /// Lines that ended in them. A frame without data counts as one.
        var lines = 0
    }

    private enum Place {
        case line
        /// Bytes of a payload that are still to come.
        case payload(Int)
        case carriageReturn, lineFeed
    }

    private let headerBytes: Int
    private let lineBytes: Int
    private var frame = ClientFrame()
    private var isInFrame = false
    /// A message of several frames is not at its end.
    private var isFragmented = false
    private var left: UInt64 = 0
    private var mask: UInt32 = 0
    private var place = Place.line
    private var line: [UInt8] = []
    private var isAfterReturn = false
    /// The JSON of the login, once it came.
    private(set) var connect: [UInt8]?

    /// - Parameters:
    ///   - headerBytes: of one message, at the most.
    ///   - lineBytes: of one line, without its end; the broker's own limit.
    init(headerBytes: Int, lineBytes: Int = 16 * 1024) {
        self.headerBytes = headerBytes
        self.lineBytes = lineBytes
    }

    /// Reads on from `start`, until `maximumLines` lines have ended, `maximumBytes` bytes were read or the chunk ends.
    mutating func scan(
        _ chunk: Span<UInt8>, from start: Int = 0, maximumBytes: Int = .max, maximumLines: Int = .max
    ) throws(TunnelViolation) -> Progress {
        var progress = Progress()
        let end = min(chunk.count, start + min(maximumBytes, chunk.count - start))
        var index = start
        while index < end, progress.lines < maximumLines {
            if !self.isInFrame {
                if try self.frame.append(chunk[index]) { try self.begin(&progress) }
                index += 1
            } else if self.frame.isControl {
                index = self.skip(from: index, to: end, atMost: Int.max)
            } else if case .payload(let rest) = self.place {
                let next = self.skip(from: index, to: end, atMost: rest)
                let remaining = rest - (next - index)
                self.place = remaining == 0 ? .carriageReturn : .payload(remaining)
                index = next
            } else {
                try self.take(chunk[index] ^ UInt8(truncatingIfNeeded: self.mask), &progress)
                index = self.skip(from: index, to: end, atMost: 1)
            }
        }
        progress.bytes = index - start
        return progress
    }

    private mutating func begin(_ progress: inout Progress) throws(TunnelViolation) {
        if !self.frame.isControl {
            guard (self.frame.opcode == 0) == self.isFragmented else { throw .badFrame }
            self.isFragmented = !self.frame.isFinal
        }
        self.left = self.frame.length
        self.mask = self.frame.mask
        if self.frame.isControl || self.left == 0 { progress.lines += 1 }
        self.isInFrame = self.left > 0
        if !self.isInFrame { self.frame = ClientFrame() }
    }

    /// Moves on inside the frame; the mask turns with it.
    private mutating func skip(from index: Int, to end: Int, atMost count: Int) -> Int {
        let step = min(end - index, count, Int(clamping: self.left))
        self.left -= UInt64(step)
        let turn = UInt32(step & 3) * 8
        if turn > 0 { self.mask = self.mask >> turn | self.mask << (32 - turn) }
        if self.left == 0 {
            self.isInFrame = false
            self.frame = ClientFrame()
        }
        return index + step
    }

    private mutating func take(_ byte: UInt8, _ progress: inout Progress) throws(TunnelViolation) {
        switch self.place {
        case .carriageReturn:
            guard byte == 0x0D else { throw .badLine }
            self.place = .lineFeed
        case .lineFeed:
            guard byte == 0x0A else { throw .badLine }
            self.place = .line
        case .line where self.isAfterReturn:
            guard byte == 0x0A else { throw .badLine }
            self.isAfterReturn = false
            progress.lines += 1
            try self.endLine()
        case .line:
            if byte == 0x0D {
                self.isAfterReturn = true
            } else {
                guard byte != 0x0A else { throw .badLine }
                guard self.line.count < self.lineBytes else { throw .longLine }
                self.line.append(byte)
            }
        case .payload: break
        }
    }

    private mutating func endLine() throws(TunnelViolation) {
        let line = try ProtocolLine(self.line, headerBytes: self.headerBytes)
        self.line.removeAll(keepingCapacity: self.line.capacity <= 1024)
        switch line {
        case .payload(let size): self.place = size == 0 ? .carriageReturn : .payload(size)
        case .connect(let json):
            // A second login could change whose connection it is.
            guard self.connect == nil else { throw .badLogin }
            self.connect = json
        case .other:
            // Before its login the broker hears nothing else either.
            break
        }
    }
}
