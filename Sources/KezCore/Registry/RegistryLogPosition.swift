/// How far the registry's log was followed: what the next event must name.
///
/// Source: design, "Registry events".
package struct RegistryLogPosition: Equatable, Sendable {
    /// The `n` of the next event.
    package private(set) var next: UInt64 = 0
    /// The hash of the last leaf; nil before the first one.
    package private(set) var prev: String?
    /// The time of the last leaf.
    package private(set) var time: Timestamp?

    /// The beginning of the log.
    package init() {}

    /// A position that was kept.
    package init(next: UInt64, prev: String?, time: Timestamp?) {
        self.next = next
        self.prev = prev
        self.time = time
    }

    /// Goes on over `leaf`, which stands next in the log or was carried by the `erased` event of its message.
    ///
    /// - Throws: `RegistryLogError`, which says where the log cannot be trusted.
    package mutating func advance(over leaf: RegistryLeaf) throws(RegistryLogError) {
        guard leaf.n == self.next else { throw .gap(expected: self.next, found: leaf.n) }
        guard leaf.prev == self.prev else { throw .broken(at: leaf.n) }
        if let time = self.time, leaf.time < time { throw .timeWentBack(at: leaf.n) }
        let hash: String
        do {
            hash = try leaf.hash()
        } catch {
            throw .broken(at: leaf.n)
        }
        self.next += 1
        self.prev = hash
        self.time = leaf.time
    }
}

/// Where the registry's log does not continue itself.
package enum RegistryLogError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An event is missing that no `erased` event speaks for.
    case gap(expected: UInt64, found: UInt64)
    case broken(at: UInt64)
    case timeWentBack(at: UInt64)

    package var description: String {
        switch self {
        case .gap(let expected, let found): "registry event \(expected) is missing; \(found) comes instead"
        case .broken(let n): "registry event \(n) does not continue the event before it"
        case .timeWentBack(let n): "registry event \(n) is older than the event before it"
        }
    }
}
