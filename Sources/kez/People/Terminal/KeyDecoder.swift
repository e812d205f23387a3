/// What a person pressed.
enum Key: Equatable, Sendable {
    /// Typed, or pasted whole.
    case text(String)
    case enter, backspace, delete, left, right, up, down, home, end, wordLeft, wordRight
    /// To the end, to the start, the word before.
    case killToEnd, killToStart, killWord
    case clearScreen, interrupt, endOfInput, suspend
}

/// Takes a terminal's bytes apart. Pure; what is not known is ignored.
///
/// Source: ECMA-48 (control sequences); xterm, "Bracketed Paste Mode".
struct KeyDecoder {
    private enum State: Equatable {
        case plain, escape, single, sequence([UInt8])
        case paste
    }

    /// Bytes of one paste that are taken.
    private static let maximumPaste = 1 << 20
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private var state = State.plain
    private var utf8: [UInt8] = []
    private var pasted: [UInt8] = []

    mutating func decode(_ bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        for byte in bytes {
            guard let key = self.decode(byte) else { continue }
            // What was typed ahead is one change of the line.
            if case .text(let text) = key, case .text(let before)? = keys.last {
                keys[keys.count - 1] = .text(before + text)
            } else {
                keys.append(key)
            }
        }
        return keys
    }

    private mutating func decode(_ byte: UInt8) -> Key? {
        switch self.state {
        case .plain: return self.plain(byte)
        case .escape: return self.afterEscape(byte)
        case .single:
            self.state = .plain
            return Self.letter(byte)
        case .sequence(let parameters): return self.inSequence(byte, parameters)
        case .paste: return self.inPaste(byte)
        }
    }

    private mutating func plain(_ byte: UInt8) -> Key? {
        if byte >= 0x80 || !self.utf8.isEmpty { return self.part(byte) }
        switch byte {
        case 0x1B:
            self.state = .escape
            return nil
        case 0x0D, 0x0A: return .enter
        case 0x7F, 0x08: return .backspace
        case 0x01: return .home
        case 0x02: return .left
        case 0x03: return .interrupt
        case 0x04: return .endOfInput
        case 0x05: return .end
        case 0x06: return .right
        case 0x0B: return .killToEnd
        case 0x0C: return .clearScreen
        case 0x0E: return .down
        case 0x10: return .up
        case 0x15: return .killToStart
        case 0x17: return .killWord
        case 0x1A: return .suspend
        case 0x09: return .text(" ")
        case ..<0x20: return nil
        default: return .text(String(UnicodeScalar(byte)))
        }
    }

    /// Of a character of several bytes.
    private mutating func part(_ byte: UInt8) -> Key? {
        self.utf8.append(byte)
        let needed =
            switch self.utf8[0] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let isBroken = self.utf8.count > 1 && byte & 0xC0 != 0x80
        guard self.utf8.count >= needed || isBroken else { return nil }
        let text = String(decoding: isBroken ? self.utf8.dropLast() : self.utf8[...], as: UTF8.self)
        self.utf8 = []
        guard isBroken else { return .text(text) }
        if case .text(let next)? = self.plain(byte) { return .text(text + next) }
        return .text(text)
    }

    private mutating func afterEscape(_ byte: UInt8) -> Key? {
        self.state = .plain
        switch byte {
        case UInt8(ascii: "["): self.state = .sequence([])
        case UInt8(ascii: "O"): self.state = .single
        case 0x1B: self.state = .escape
        case UInt8(ascii: "b"): return .wordLeft
        case UInt8(ascii: "f"): return .wordRight
        case 0x7F, 0x08: return .killWord
        default: break
        }
        return nil
    }

    private mutating func inSequence(_ byte: UInt8, _ parameters: [UInt8]) -> Key? {
        guard (0x40...0x7E).contains(byte) else {
            self.state = parameters.count < 32 ? .sequence(parameters + [byte]) : .plain
            return nil
        }
        self.state = .plain
        let text = String(decoding: parameters, as: UTF8.self)
        guard byte == UInt8(ascii: "~") else {
            // `1;5C`: with Ctrl or Alt.
            let isModified = text.hasSuffix(";5") || text.hasSuffix(";3")
            if isModified, byte == UInt8(ascii: "C") { return .wordRight }
            if isModified, byte == UInt8(ascii: "D") { return .wordLeft }
            return Self.letter(byte)
        }
        switch text {
        case "200":
            self.state = .paste
            self.pasted = []
            return nil
        case "1", "7": return .home
        case "4", "8": return .end
        case "3": return .delete
        default: return nil
        }
    }

    private static func letter(_ byte: UInt8) -> Key? {
        switch byte {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        default: nil
        }
    }

    private mutating func inPaste(_ byte: UInt8) -> Key? {
        self.pasted.append(byte)
        guard self.pasted.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else {
            if self.pasted.count > Self.maximumPaste { self.pasted.removeFirst(self.pasted.count / 2) }
            return nil
        }
        self.state = .plain
        defer { self.pasted = [] }
        return .text(String(decoding: self.pasted.dropLast(Self.pasteEnd.count), as: UTF8.self))
    }
}
