private import Foundation

/// RFC 4648 section 5, without padding; what JWTs and NATS signatures use.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        var text = Data(bytes).base64EncodedString()
        text.removeLast(text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count)
        return String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// Also takes the standard alphabet and padding, as NATS servers do of clients' signatures.
    ///
    /// - Returns: nil for other characters, a length that cannot be, wrong padding, or stray bits at the end.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding == 0 || padding <= 2 && text.utf8.count.isMultiple(of: 4) else { return nil }
        let plain = String(text.dropLast(padding).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        let standard = String(plain.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        // Foundation takes padding in the middle and ignores stray bits: only the one text of these bytes will do.
        guard let bytes = Data(base64Encoded: padded).map({ [UInt8]($0) }), self.encode(bytes) == plain else {
            return nil
        }
        return bytes
    }
}
