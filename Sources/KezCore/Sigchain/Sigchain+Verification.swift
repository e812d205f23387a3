/// What clients do with a chain that a server shows them.
extension Sigchain {
    /// Checks a whole chain, link by link, as a server did.
    ///
    /// - Parameter links: the envelopes as received, from the first one.
    /// - Throws: `KezError` with the code of the first link that may not stand where it does.
    package static func verify(_ links: [[UInt8]], of primary: Primary) throws(KezError) -> Sigchain {
        try Sigchain(primary: primary).extended(by: links)
    }

    /// The chain with further links, each verified.
    ///
    /// - Throws: as `verify`.
    package func extended(by links: [[UInt8]]) throws(KezError) -> Sigchain {
        var chain = self
        for link in links { chain = try chain.appending(SigchainLink(verifying: link)) }
        return chain
    }

    /// The mark by which a client remembers how far it has seen the chain.
    package var mark: SigchainMark { SigchainMark(length: self.length, head: self.head) }

    /// How this chain, which a server shows now, relates to what was remembered.
    package func continuity(from mark: SigchainMark) -> SigchainContinuity {
        guard self.length >= mark.length else { return .shrank }
        guard mark.length == 0 || self.digests[mark.length - 1] == mark.head else { return .forked }
        return self.length == mark.length ? .same : .grew
    }
}

/// The longest chain of a primary that a client has seen.
package struct SigchainMark: Equatable, Sendable {
    package let length: Int
    /// nil for an empty chain.
    package let head: String?

    package init(length: Int, head: String?) {
        self.length = length
        self.head = head
    }
}

/// A chain can only grow; anything else is an alarm.
package enum SigchainContinuity: Equatable, Sendable {
    case same
    case grew
    case shrank
    case forked

    package var isAlarm: Bool { self == .shrank || self == .forked }
}
