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
    /// - Returns: nil for other characters or a length that cannot be.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        if !standard.hasSuffix("=") {
            standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        }
        return Data(base64Encoded: standard).map { [UInt8]($0) }
    }
}
