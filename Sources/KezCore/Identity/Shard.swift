/// One of the sixteen parts of the log, named by the first hexadecimal digit of the recipient's key.
package struct Shard: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0…15.
    package let number: Int

    /// All sixteen, in order.
    package static let all: [Shard] = (0..<16).map(Shard.init(unchecked:))

    private init(unchecked number: Int) { self.number = number }

    /// - Returns: nil outside 0…15.
    package init?(number: Int) {
        guard 0..<16 ~= number else { return nil }
        self.number = number
    }

    /// - Returns: nil unless `digit` is one lowercase hexadecimal digit.
    package init?(digit: some StringProtocol) {
        guard digit.utf8.count == 1, let character = digit.utf8.first, let value = Hex.value(of: character) else {
            return nil
        }
        self.number = Int(value)
    }

    /// The shard of a key whose first byte is `byte`.
    init(high byte: UInt8) { self.number = Int(byte >> 4) }

    /// The lowercase hexadecimal digit.
    package var digit: String { String(self.number, radix: 16) }
    package var description: String { self.digit }

    package static func < (left: Shard, right: Shard) -> Bool { left.number < right.number }
}
