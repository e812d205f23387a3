package import KezCore

/// The keys whose connections are looked at again and again after an event, until none can be left that was let in
/// before it. A value: its owner keeps it behind a lock.
package struct KickWatches: Sendable {
    /// One key's.
    package struct Watch: Equatable, Sendable {
        package let primary: Primary
        /// Handles that it has released.
        package internal(set) var released: Set<Handle>
        /// When the last `suspend` was heard of.
        package internal(set) var suspendedAt: ContinuousClock.Instant?
        /// A later event makes another watch of it.
        let generation: UInt64

        /// Those of `KickWatches.looks` that are due. Who releases a handle over the broker is to have the answer first.
        package var looks: [Duration] {
            let isOnlyReleased = !self.released.isEmpty && self.suspendedAt == nil
            return KickWatches.looks.filter { !isOnlyReleased || $0 >= .milliseconds(300) }
        }
    }

    /// When it is looked at the most, after the event. It may be heard before the registry's stream has it; a login
    /// may be decided already and not yet be a connection. The broker waits 15 s for a decision, so nothing comes
    /// later than that.
    package static let looks: [Duration] = [
        .zero, .milliseconds(100), .milliseconds(300), .milliseconds(600), .milliseconds(1500), .seconds(4),
        .seconds(16),
    ]

    package let capacity: Int
    private var watches: [Primary: Watch] = [:]
    private var generation: UInt64 = 0

    package init(capacity: Int = 4096) { self.capacity = max(capacity, 1) }

    package var count: Int { self.watches.count }

    /// Takes note of an event.
    ///
    /// - Returns: the watch to go through `looks` with; nil when there are too many, and everything must be looked
    ///   through instead.
    package mutating func begin(
        _ primary: Primary, released: Handle? = nil, isSuspension: Bool = false, now: ContinuousClock.Instant
    ) -> Watch? {
        let known = self.watches[primary]
        guard known != nil || self.watches.count < self.capacity else { return nil }
        self.generation += 1
        var watch = Watch(
            primary: primary, released: known?.released ?? [], suspendedAt: known?.suspendedAt,
            generation: self.generation)
        if let released { watch.released.insert(released) }
        if isSuspension { watch.suspendedAt = now }
        self.watches[primary] = watch
        return watch
    }

    /// Whether no later event has taken over.
    package func isCurrent(_ watch: Watch) -> Bool { self.watches[watch.primary]?.generation == watch.generation }

    package mutating func end(_ watch: Watch) {
        if self.isCurrent(watch) { self.watches[watch.primary] = nil }
    }
}
