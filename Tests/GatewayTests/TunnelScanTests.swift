import KezCore
import NKeys
import Testing

@testable import Gateway

/// What the tunnel reads of a client's and of the broker's stream: pure.
@Suite struct TunnelScanTests {
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return self.state ^ self.state >> 29
        }
    }

    static func frame(_ payload: [UInt8], opcode: UInt8 = 2, isFinal: Bool = true) -> [UInt8] {
        let mask: [UInt8] = [7, 200, 33, 91]
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65_536: bytes += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [0xFF] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) }
        }
        return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
    }

    static func scan(_ bytes: [UInt8], headerBytes: Int = 1024) -> Result<Int, TunnelViolation> {
        var scanner = TunnelScanner(headerBytes: headerBytes)
        return Result { () throws(TunnelViolation) in try scanner.scan(bytes.span).lines }
    }

    /// The same with every byte unmasked and kept: slow, and easy to see through.
    static func slowly(_ bytes: [UInt8]) -> Result<Int, TunnelViolation> {
        var (text, lines, index, isOpen) = ([UInt8](), 0, 0, false)
        // Text and position of each frame's data as far as they came, and the first bad frame behind them.
        var bad = false
        while index + 1 < bytes.count || (index < bytes.count && bytes[index] & 0x70 != 0) {
            let opcode = bytes[index] & 15
            let isFinal = bytes[index] & 128 != 0
            if bytes[index] & 0x70 != 0 || ![0, 1, 2, 8, 9, 10].contains(opcode) || (opcode >= 8 && !isFinal) {
                bad = true
                break
            }
            let short = Int(bytes[index + 1] & 127)
            if bytes[index + 1] & 128 == 0 || (opcode >= 8 && short > 125) {
                bad = true
                break
            }
            let extra = short == 126 ? 2 : short == 127 ? 8 : 0
            guard bytes.count >= index + 2 + extra else { break }
            let length =
                extra == 0 ? UInt64(short) : bytes[index + 2..<index + 2 + extra].reduce(0) { $0 << 8 | UInt64($1) }
            if (extra == 2 && length < 126) || (extra == 8 && (length < 65_536 || length >= 1 << 63)) {
                bad = true
                break
            }
            guard bytes.count >= index + 6 + extra else { break }
            let mask = Array(bytes[index + 2 + extra..<index + 6 + extra])
            if opcode < 8 {
                if (opcode == 0) != isOpen {
                    bad = true
                    break
                }
                isOpen = !isFinal
            }
            if opcode >= 8 || length == 0 { lines += 1 }
            let start = index + 6 + extra
            let end = length > UInt64(bytes.count) ? bytes.count : min(bytes.count, start + Int(length))
            if opcode < 8 { text += (start..<end).map { bytes[$0] ^ mask[($0 - start) & 3] } }
            index = length > UInt64(bytes.count) ? bytes.count : start + Int(length)
        }
        do throws(TunnelViolation) {
            lines += try self.lines(of: text)
        } catch {
            return .failure(error)
        }
        return bad ? .failure(.badFrame) : .success(lines)
    }

    private static func lines(of text: [UInt8]) throws(TunnelViolation) -> Int {
        var (index, lines, logins) = (0, 0, 0)
        while index < text.count {
            let rest = text[index...]
            let end = rest.firstIndex { $0 == 13 || $0 == 10 } ?? rest.endIndex
            guard end - index <= 16 * 1024 else { throw .longLine }
            guard end < text.count else { return lines }
            guard text[end] == 13 else { throw .badLine }
            guard end + 1 < text.count else { return lines }
            guard text[end + 1] == 10 else { throw .badLine }
            lines += 1
            let line = try ProtocolLine(Array(text[index..<end]), headerBytes: 1024)
            index = end + 2
            if case .connect = line {
                logins += 1
                guard logins == 1 else { throw .badLogin }
            }
            guard case .payload(let size) = line else { continue }
            index += size
            for wanted in [UInt8(13), 10] where index < text.count {
                guard text[index] == wanted else { throw .badLine }
                index += 1
            }
        }
        return lines
    }

    /// A stream as clients send it, sometimes with a byte changed.
    private static func stream(_ random: inout Random) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let size = Int.random(in: 0...300, using: &random)
            let payload = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } + [13, 10]
            switch Int.random(in: 0...9, using: &random) {
            case 0: text += [UInt8]("PING\r\n".utf8)
            case 1: text += [UInt8]("pong\r\n".utf8)
            case 2: text += [UInt8]("SUB a.b 1\r\n".utf8)
            case 3: text += [UInt8]("CONNECT {\"a\": 1}\r\n".utf8)
            case 4: text += [UInt8]("HPUB a \(size * 4) \(size * 4)\r\n".utf8) + payload
            case 5, 6: text += [UInt8]("HPUB a r \(size / 2) \(size)\r\n".utf8) + payload
            default: text += [UInt8]("PUB\ta  \(size)\r\n".utf8) + payload
            }
        }
        var bytes: [UInt8] = []
        var isOpen = false
        while !text.isEmpty {
            let count = Int.random(in: 0...min(text.count, 400), using: &random)
            let isFinal = count == text.count || Bool.random(using: &random)
            bytes += self.frame(Array(text.prefix(count)), opcode: isOpen ? 0 : 2, isFinal: isFinal)
            isOpen = !isFinal
            text.removeFirst(count)
            if Int.random(in: 0...5, using: &random) == 0 { bytes += self.frame([1, 2, 3], opcode: 9) }
        }
        if Int.random(in: 0...2, using: &random) == 0 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        return bytes
    }

    /// The fast scanner, fed in pieces of any size and with any allowance, sees what the slow one sees.
    @Test(arguments: [1, 2, 3, 4]) func likeTheSlowOne(seed: UInt64) {
        var random = Random(state: seed)
        var (accepted, refused) = (0, 0)
        for _ in 0..<1500 {
            let bytes = Self.stream(&random)
            let wanted = Self.slowly(bytes)
            var scanner = TunnelScanner(headerBytes: 1024)
            var (index, lines) = (0, 0)
            var failure: TunnelViolation?
            while index < bytes.count, failure == nil {
                let chunk = Array(bytes[index..<min(bytes.count, index + Int.random(in: 1...90, using: &random))])
                var start = 0
                do throws(TunnelViolation) {
                    while start < chunk.count {
                        let allowed = Int.random(in: 1...3, using: &random)
                        let progress = try scanner.scan(
                            chunk.span, from: start, maximumBytes: Int.random(in: 1...80, using: &random),
                            maximumLines: allowed)
                        #expect(progress.lines <= allowed && progress.bytes > 0)
                        start += progress.bytes
                        lines += progress.lines
                    }
                } catch {
                    failure = error
                }
                index += chunk.count
            }
            switch wanted {
            case .success(let number):
                #expect(failure == nil && lines == number)
                accepted += 1
            // A change may make two things wrong, of which either may be met first.
            case .failure:
                #expect(failure != nil)
                refused += 1
            }
        }
        #expect(accepted > 100 && refused > 100)
    }

    @Test(arguments: [
        ("HPUB a 1025 2000\r\n", TunnelViolation.headersTooLarge), ("HPUB a 20 10\r\n", .badLine),
        ("PUB a -1\r\n", .badLine), ("PUB a 1234567890\r\n", .badLine), ("PUB a\r\n", .badLine),
        ("PUB a 1\n", .badLine), ("PING\rX", .badLine), ("PING x\r\n", .badLine), (" PING\r\n", .badLine),
        ("\r\n", .badLine), ("MSG a 1 0\r\n", .badLine), ("+OK\r\n", .badLine), ("PUB a 1\r\nxyz", .badLine),
        ("CONNECT {}\r\nCONNECT {}\r\n", .badLogin),
    ])
    func refusedLines(text: String, violation: TunnelViolation) {
        #expect(Self.scan(Self.frame([UInt8](text.utf8))) == .failure(violation))
    }

    @Test func aLineThatIsTooLong() {
        let line = [UInt8]("SUB a ".utf8) + [UInt8](repeating: 0x41, count: 16 * 1024 - 6)
        #expect(Self.scan(Self.frame(line + [13, 10])) == .success(1))
        #expect(Self.scan(Self.frame(line + [0x41])) == .failure(.longLine))
    }

    @Test func aHeaderOfTheLimitPasses() {
        let text = "HPUB a 1024 1024\r\n" + String(repeating: "h", count: 1024) + "\r\nPING\r\n"
        #expect(Self.scan(Self.frame([UInt8](text.utf8))) == .success(2))
    }

    @Test(
        arguments: [
            [0x82, 0x00], [0xC2], [0x83], [0x09], [0x80, 0x80, 1, 1, 1, 1], [0x82, 0xFE, 0, 5],
            [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x89, 0xFE],
        ] as [[UInt8]])
    func refusedFrames(bytes: [UInt8]) {
        #expect(Self.scan(bytes) == .failure(.badFrame))
    }

    /// The broker decodes names in any case and takes the last: nothing that both could read differently passes.
    @Test func whoseConnectionItIs() throws {
        let key = NKeyPairs.text
        let named = try ConnectLine.key(of: [UInt8](#"{"nkey":"\#(key)","sig":"x"}"#.utf8))
        #expect(named?.bytes == [UInt8](repeating: 7, count: 32))
        #expect(try ConnectLine.key(of: [UInt8](#"{"verbose":false}"#.utf8)) == nil)
        for json in [
            #"{"nkey":"\#(key)","NKEY":"\#(key)"}"#, #"{"Nkey":"\#(key)"}"#, #"{"nkey":"\#(key)","nkey":"\#(key)"}"#,
            "{\"n\u{212A}ey\":\"\(key)\"}", #"{"n\u212aey":"\#(key)"}"#, #"{"nkey":"nobody"}"#, "[]", "{",
        ] {
            #expect(throws: TunnelViolation.badLogin) { try ConnectLine.key(of: [UInt8](json.utf8)) }
        }
    }

    enum NKeyPairs {
        static var text: String { (try? NKey(role: .user, publicKey: [UInt8](repeating: 7, count: 32)))?.text ?? "" }
    }

    /// Only an answer to the client proves a login: INFO and PING come before it is decided.
    @Test func whenTheLoginIsAccepted() {
        func frame(_ text: String) -> [UInt8] {
            [0x82, 126, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)] + [UInt8](text.utf8)
        }
        for (texts, isAccepted) in [
            (["INFO {\"PONG\":1}\r\n", "PING\r\n"], false), (["INFO {}\r\n-ERR 'PONG'\r\n"], false),
            (["INFO {}\r\nPO", "NG\r\n"], true), (["INFO {}\r\n", "+OK\r\n"], true),
        ] {
            var stream = BrokerStream()
            for byte in texts.flatMap({ frame($0) }) { _ = stream.append([byte].span) }
            #expect(stream.isAccepted == isAccepted && stream.isBetweenFrames, "\(texts)")
        }
        var stream = BrokerStream()
        let first = frame("INFO {}\r\n")
        #expect(stream.append(Array(first.prefix(5)).span) == nil && !stream.isBetweenFrames)
        #expect(stream.append((Array(first.dropFirst(5)) + [0x82]).span) == first.count - 5)
        #expect(!stream.isBetweenFrames)
    }

    @Test(arguments: TunnelViolation.allCases) func farewells(violation: TunnelViolation) {
        // The reason fits a close frame, the line a short frame, and no quote ends the line early.
        #expect(violation.reason.utf8.count <= 115 && !violation.reason.contains("'"))
        #expect(violation.farewell.first == 0x82)
    }

    @Test func budgetsOfAKey() {
        var limits = Limits()
        limits.tunnelDayBytes = 40 << 20
        var budget = FlowBudget(.init(limits), at: .zero)
        // A burst comes at the pace, not at once.
        #expect(budget.allowance(at: .zero) == .init(lines: 10, bytes: 1 << 18, wait: .zero, isOverBudget: false))
        budget.charge(lines: 10, bytes: 0, at: .zero)
        let paced = budget.allowance(at: .zero)
        #expect(paced.lines == 0 && paced.wait > .zero && paced.wait <= .milliseconds(150) && !paced.isOverBudget)
        var (now, passed) = (Duration.zero, 10)
        while now < .seconds(60) {
            now += .milliseconds(10)
            let lines = budget.allowance(at: now).lines
            budget.charge(lines: lines, bytes: 0, at: now)
            passed += lines
        }
        #expect(abs(passed - (2000 + 60 * 200)) <= 2)
        let over = budget.allowance(at: now)
        #expect(over.lines == 0 && over.isOverBudget)
        // The day's bytes are used: what is left is a trickle, and not held against the key.
        budget.charge(lines: 0, bytes: 40 << 20, at: now)
        now += .seconds(60)
        #expect(budget.allowance(at: now).bytes <= 1024 * 61 && budget.allowance(at: now).isOverBudget == false)
        #expect(FlowBudget.Rates(limits, factor: 8).lines == TokenBucketLimit(burst: 16_000, perSecond: 1600))
    }
}
