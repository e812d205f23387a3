package import KezCore

/// What a name is worth now, by the registry's word.
package enum Standing: Hashable, Sendable {
    /// Nobody has it, or another key than the one in question.
    case released
    case free
    case suspended
}

/// Why a connection is closed.
package enum KickReason: String, Hashable, Sendable, CaseIterable {
    /// It may send, and its key is suspended.
    case suspended
    /// It may only read, and its key is suspended no more.
    case resumed
    /// Its key no longer has the handle under which it came in.
    case released
    /// It may only read, until the end of an earlier suspension.
    case renewed
}

/// Which connections are closed. Pure: two callouts that know the same decide the same, and what one has closed
/// comes back under a name that none of them closes.
package enum KickVerdict {
    /// - Parameters:
    ///   - standing: of the connection's name.
    ///   - suspendedFor: how long ago the suspension was heard of; nil when that is not known. A read-only
    ///     connection that is older has another suspension's end.
    /// - Returns: nil when it stays.
    package static func reason(
        toClose connection: ConnectionListing.Connection, standing: Standing, suspendedFor: Duration? = nil
    ) -> KickReason? {
        switch (standing, connection.name.isSuspended) {
        case (.released, _): .released
        case (.free, true): .resumed
        case (.free, false): nil
        case (.suspended, false): .suspended
        case (.suspended, true):
            if let age = connection.age, let suspendedFor, age > suspendedFor { .renewed } else { nil }
        }
    }

    /// The names under which connections may have to be closed.
    package static func names(
        of handle: FullHandle, standing: Standing, isSuspendedAnew: Bool = false
    ) -> [ConnectionName] {
        let (free, suspended) = (
            ConnectionName(handle, isSuspended: false), ConnectionName(handle, isSuspended: true)
        )
        return switch standing {
        case .released: [free, suspended]
        case .free: [suspended]
        case .suspended: isSuspendedAnew ? [free, suspended] : [free]
        }
    }

    /// The standing of each handle in question, from what the registry says of the key.
    package static func standings(_ admission: Admission, released: Set<Handle>) -> [Handle: Standing] {
        var standings = Dictionary(uniqueKeysWithValues: released.map { ($0, Standing.released) })
        if let handle = admission.user?.handle { standings[handle] = admission.isSuspended ? .suspended : .free }
        return standings
    }
}
