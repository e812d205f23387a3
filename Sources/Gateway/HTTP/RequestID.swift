import KezCore
import Sodium

/// What an answer is called in logs and support: the caller's own name for it, or a random one.
enum RequestID {
    /// - Parameter asked: the request's X-Request-Id, taken when it is 1 to 64 letters, digits, `-`, `_` or `.`.
    static func of(_ asked: String?) -> String {
        guard let asked, 1...64 ~= asked.utf8.count, asked.utf8.allSatisfy(self.isSane) else {
            return Hex.encode(randomBytes(12))
        }
        return asked
    }

    private static func isSane(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
