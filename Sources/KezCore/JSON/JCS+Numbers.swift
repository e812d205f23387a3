/// ECMAScript's way of writing a double, which RFC 8785 prescribes.
extension JCS {
    /// The text of `number`; nil when it is not finite.
    ///
    /// Swift's description gives the same shortest digits as ECMAScript, laid out otherwise: so the
    /// digits are taken from it and laid out anew.
    ///
    /// Source: ECMA-262, Number::toString; RFC 8785, section 3.2.2.3.
    package static func text(of number: Double) -> String? {
        guard number.isFinite else { return nil }
        guard number != 0 else { return "0" }
        let (digits, point) = self.decimal(of: number.magnitude)
        return (number < 0 ? "-" : "") + self.layOut(digits, point: point)
    }

    /// The significant digits, and where the decimal point stands counted from the first of them.
    private static func decimal(of magnitude: Double) -> (digits: String, point: Int) {
        let parts = magnitude.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = mantissa[0] + fraction
        let significant = all.drop { $0 == "0" }
        let point = mantissa[0].count + exponent - (all.count - significant.count)
        let trailing = significant.reversed().prefix { $0 == "0" }.count
        return (String(significant.dropLast(trailing)), point)
    }

    private static func layOut(_ digits: String, point: Int) -> String {
        switch point {
        case digits.count...21 where digits.count <= 21:
            return digits + String(repeating: "0", count: point - digits.count)
        case 1...21:
            return digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0:
            return "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = point - 1
            let sign = exponent < 0 ? "-" : "+"
            let rest = digits.dropFirst()
            return digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e\(sign)\(exponent.magnitude)"
        }
    }
}
