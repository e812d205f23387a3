/// Why a text is not the JSON that kez accepts; every offset counts bytes from 0.
package enum JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    case unexpectedEnd
    case unexpectedByte(at: Int)
    case trailingBytes(at: Int)
    case invalidUTF8(at: Int)
    case controlCharacter(at: Int)
    case badEscape(at: Int)
    case loneSurrogate(at: Int)
    case badNumber(at: Int)
    case duplicateMember(at: Int)
    case tooDeep(maximum: Int)
    /// Longer than the offsets of the reader reach (2 GiB).
    case tooLarge

    package var description: String {
        switch self {
        case .unexpectedEnd: "the JSON ends too early"
        case .unexpectedByte(let offset): "the JSON has an unexpected character at byte \(offset)"
        case .trailingBytes(let offset): "the JSON is followed by something else at byte \(offset)"
        case .invalidUTF8(let offset): "the JSON is not UTF-8 at byte \(offset)"
        case .controlCharacter(let offset): "a string of the JSON holds a bare control character at byte \(offset)"
        case .badEscape(let offset): "a string of the JSON holds an unknown escape at byte \(offset)"
        case .loneSurrogate(let offset): "a string of the JSON holds half a surrogate pair at byte \(offset)"
        case .badNumber(let offset): "the JSON holds a malformed number at byte \(offset)"
        case .duplicateMember(let offset): "an object of the JSON has one name twice, again at byte \(offset)"
        case .tooDeep(let maximum): "the JSON is nested deeper than \(maximum) levels"
        case .tooLarge: "the JSON is too large"
        }
    }
}
