private import Foundation
package import KezCore

/// The time of day, as a value that tests can set.
package struct WallClock: Sendable {
    package let now: @Sendable () -> Timestamp

    package init(_ now: @escaping @Sendable () -> Timestamp) { self.now = now }

    package static let system = WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(unixSeconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
