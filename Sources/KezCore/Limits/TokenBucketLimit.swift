/// A budget: `burst` at once, refilled by `perSecond`.
package struct TokenBucketLimit: Sendable, Equatable, CustomStringConvertible {
    /// Infinite when the limit is lifted.
    package let burst: Double
    package let perSecond: Double

    package init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
    }

    /// No limit.
    package static let off = TokenBucketLimit(burst: .infinity, perSecond: 0)

    package var isOff: Bool { self.burst == .infinity }

    /// Reads `<burst>,<per second>` or `off`.
    ///
    /// - Returns: nil unless the burst is at least 1 and the rate more than 0, both finite.
    package init?(_ text: String) {
        guard text != "off" else {
            self = .off
            return
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 2, let burst = parts[0], let rate = parts[1], burst.isFinite, rate.isFinite,
            burst >= 1, rate > 0
        else { return nil }
        self.init(burst: burst, perSecond: rate)
    }

    package var description: String {
        guard !self.isOff, let burst = JCS.text(of: self.burst), let rate = JCS.text(of: self.perSecond) else {
            return "off"
        }
        return "\(burst),\(rate)"
    }
}

extension TokenBucketLimit: JSONWritable {
    /// `null` for no limit.
    package func write(to writer: inout JSONWriter) {
        guard !self.isOff else { return writer.null() }
        writer.object { writer in
            writer.name("burst")
            writer.number(self.burst)
            writer.name("per_second")
            writer.number(self.perSecond)
        }
    }
}
