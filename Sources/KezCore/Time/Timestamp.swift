/// A moment in UTC, to the nanosecond; years 0 to 9999.
///
/// Source: protocol, section 1; RFC 3339.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    private static let seconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package let unixSeconds: Int64
    /// 0…999,999,999, on top of the seconds.
    package let nanoseconds: Int32

    /// Moments outside the years 0 to 9999 become the nearest one inside.
    package init(unixSeconds: Int64, nanoseconds: Int32 = 0) {
        self.unixSeconds = min(max(unixSeconds, Self.seconds.lowerBound), Self.seconds.upperBound)
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// `count` nanoseconds since 1970, as JetStream gives them.
    package init(unixNanoseconds count: Int64) {
        let seconds = count >= 0 ? count / 1_000_000_000 : (count - 999_999_999) / 1_000_000_000
        self.init(unixSeconds: seconds, nanoseconds: Int32(count - seconds * 1_000_000_000))
    }

    /// Nanoseconds since 1970; the nearest one that fits outside the years 1678 to 2262.
    package var unixNanoseconds: Int64 {
        let (whole, overflow) = self.unixSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(Int64(self.nanoseconds))
        guard overflow || carry else { return sum }
        return self.unixSeconds < 0 ? .min : .max
    }

    package var unixMilliseconds: Int64 { self.unixSeconds * 1000 + Int64(self.nanoseconds / 1_000_000) }

    /// The moment cut to the millisecond, which is what is written.
    package var inMilliseconds: Timestamp {
        Timestamp(unixSeconds: self.unixSeconds, nanoseconds: self.nanoseconds / 1_000_000 * 1_000_000)
    }

    /// From `self` to `other`; negative when `other` is earlier.
    package func distance(to other: Timestamp) -> Duration {
        .seconds(other.unixSeconds - self.unixSeconds) + .nanoseconds(Int64(other.nanoseconds - self.nanoseconds))
    }

    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int64(self.nanoseconds) + attoseconds / 1_000_000_000
        let carry = nanoseconds < 0 ? -1 : nanoseconds / 1_000_000_000
        return Timestamp(
            unixSeconds: self.unixSeconds.addingClamped(seconds).addingClamped(carry),
            nanoseconds: Int32(nanoseconds - carry * 1_000_000_000))
    }

    /// Whether `self` and `other` are at most `window` apart, whichever is first.
    package func isWithin(_ window: Duration, of other: Timestamp) -> Bool {
        let distance = self.distance(to: other)
        return (distance < .zero ? .zero - distance : distance) <= window
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.unixSeconds, left.nanoseconds) < (right.unixSeconds, right.nanoseconds)
    }

    package var description: String { self.textWithMilliseconds }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}
