import KezCore

/// What the registry said of users, for the hot paths; pure.
///
/// Never holds "nobody": who registers must be found at once. An answer is kept only if no event came while it
/// was under way, and for a short time, for a replica of the registry may answer a little behind its events.
struct UserCache: Sendable {
    private struct Entry<Value: Sendable>: Sendable {
        let value: Value
        let at: Duration
    }

    private let lifetime: Duration
    private var admissions: GenerationalTable<Primary, Entry<Admission>>
    private var primaries: GenerationalTable<Handle, Entry<Primary>>
    private var handles: GenerationalTable<Primary, Handle>
    /// Counts events: an answer that was asked for under an older number is not kept.
    private(set) var version: UInt64 = 0

    init(capacity: Int, lifetime: Duration) {
        self.lifetime = lifetime
        self.admissions = .init(capacity: capacity)
        self.primaries = .init(capacity: capacity)
        self.handles = .init(capacity: capacity)
    }

    mutating func admission(of primary: Primary, at now: Duration) -> Admission? {
        guard let entry = self.admissions[primary], now - entry.at <= self.lifetime else { return nil }
        return entry.value
    }

    mutating func primary(of handle: Handle, at now: Duration) -> Primary? {
        guard let entry = self.primaries[handle], now - entry.at <= self.lifetime else { return nil }
        return entry.value
    }

    /// Keeps an answer that was asked for when the version was `version`.
    mutating func learned(_ admission: Admission, of primary: Primary, askedAt version: UInt64, at now: Duration) {
        guard version == self.version, admission.user != nil else { return }
        self.admissions[primary] = Entry(value: admission, at: now)
    }

    mutating func learned(_ primary: Primary, of handle: Handle, askedAt version: UInt64, at now: Duration) {
        guard version == self.version else { return }
        self.primaries[handle] = Entry(value: primary, at: now)
        self.handles[primary] = handle
    }

    /// Something changed about `primary`.
    mutating func invalidate(_ primary: Primary) {
        self.version += 1
        self.admissions[primary] = nil
        if let handle = self.handles[primary] {
            self.primaries[handle] = nil
            self.handles[primary] = nil
        }
    }

    /// Events were missed: anything may have changed.
    mutating func invalidateAll() {
        self.version += 1
        self.admissions.removeAll()
        self.primaries.removeAll()
        self.handles.removeAll()
    }
}
