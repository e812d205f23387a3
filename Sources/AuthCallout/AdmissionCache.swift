package import KezCore

/// Admissions that the registry gave a short while ago, and what has become doubtful since. A value: its owner
/// keeps it behind a lock.
///
/// Only keys with a handle that are not suspended are kept: "no handle" may be untrue a moment later, and a
/// suspension ends by itself.
package struct AdmissionCache: Sendable {
    private struct Entry: Sendable {
        let admission: Admission
        let since: ContinuousClock.Instant
        let until: ContinuousClock.Instant
        /// Whether it was learnt while its key had not settled.
        let isMomentary: Bool
    }

    /// A question that is on its way to the registry, by one or more callers.
    private struct Question: Sendable {
        var askers = 0
        /// Something happened to the key after the first of them asked: the answer may be older than that.
        var isStale = false
    }

    package let capacity: Int
    /// How long an admission is believed without an event that says otherwise: events may be missed.
    package let maximumAge: Duration
    /// For so long after an event answers are kept only for a moment: the event may be heard before the log has it,
    /// and an answer be older than both.
    package let settling: Duration
    /// What that moment is. In a storm of logins just after events it spares most questions; who was let in by an
    /// answer that was too old is found by `KickWatches`, which ask past the cache.
    package let moment: Duration

    private var entries: [Primary: Entry] = [:]
    /// The keys of `entries` in the order of their arrival, and keys that have left meanwhile.
    private var arrivals: [(primary: Primary, since: ContinuousClock.Instant)] = []
    private var oldest = 0
    private var questions: [Primary: Question] = [:]
    private var unsettled: [Primary: ContinuousClock.Instant] = [:]
    /// Nothing is kept for long before: set when the events of too many keys, or unknown ones, made everything doubtful.
    private var unsettledUntil: ContinuousClock.Instant?

    package init(
        capacity: Int = 100_000, maximumAge: Duration = .seconds(300), settling: Duration = .seconds(30),
        moment: Duration = .milliseconds(250)
    ) {
        self.capacity = max(capacity, 1)
        self.maximumAge = maximumAge
        self.settling = settling
        self.moment = moment
    }

    package var count: Int { self.entries.count }

    /// The admission of `primary`, if one is known and not too old.
    ///
    /// - Parameter isSettled: only one that no recent event makes doubtful.
    package mutating func admission(
        of primary: Primary, isSettled: Bool = false, now: ContinuousClock.Instant
    ) -> Admission? {
        guard let entry = self.entries[primary], !(isSettled && entry.isMomentary) else { return nil }
        guard now <= entry.until else {
            self.entries[primary] = nil
            return nil
        }
        return entry.admission
    }

    /// Tells that the registry is being asked about `primary`; `answered` must follow.
    package mutating func asking(_ primary: Primary) { self.questions[primary, default: Question()].askers += 1 }

    /// Takes the registry's answer; nil when there was none.
    ///
    /// - Returns: whether it does for others who wait to ask the same: it was good, and nothing has made it doubtful.
    @discardableResult
    package mutating func answered(
        _ admission: Admission?, for primary: Primary, now: ContinuousClock.Instant
    ) -> Bool {
        guard var question = self.questions[primary] else { return false }
        question.askers -= 1
        self.questions[primary] = question.askers > 0 ? question : nil
        guard let admission, admission.user != nil, !question.isStale else { return false }
        guard !admission.isSuspended else { return true }
        let isSettled = self.isSettled(primary, now: now)
        let until = now + (isSettled ? self.maximumAge : self.moment)
        if self.entries[primary] == nil, self.entries.count >= self.capacity { self.evict() }
        self.entries[primary] = Entry(
            admission: admission, since: now, until: until, isMomentary: !isSettled)
        self.arrivals.append((primary, now))
        self.compact()
        return true
    }

    /// Forgets `primary`: an event named it.
    package mutating func invalidate(_ primary: Primary, now: ContinuousClock.Instant) {
        self.entries[primary] = nil
        self.questions[primary]?.isStale = true
        if self.unsettled.count >= self.capacity {
            self.unsettled = self.unsettled.filter { $0.value > now }
            if self.unsettled.count >= self.capacity { return self.clear(now: now) }
        }
        self.unsettled[primary] = now + self.settling
    }

    /// Forgets everything: events may have been missed.
    ///
    /// - Parameter settling: for so long answers are kept only for a moment; nil takes the usual.
    package mutating func clear(now: ContinuousClock.Instant, settling: Duration? = nil) {
        self.entries = [:]
        self.arrivals = []
        self.oldest = 0
        for primary in self.questions.keys { self.questions[primary]?.isStale = true }
        self.unsettled = [:]
        self.unsettledUntil = now + (settling ?? self.settling)
    }

    private mutating func isSettled(_ primary: Primary, now: ContinuousClock.Instant) -> Bool {
        if let until = self.unsettledUntil {
            guard now >= until else { return false }
            self.unsettledUntil = nil
        }
        guard let until = self.unsettled[primary] else { return true }
        guard now >= until else { return false }
        self.unsettled[primary] = nil
        return true
    }

    /// Makes room for one more by dropping the entry that came first.
    private mutating func evict() {
        while self.oldest < self.arrivals.count {
            let (primary, since) = self.arrivals[self.oldest]
            self.oldest += 1
            // Only if it is that arrival's entry still.
            guard self.entries[primary]?.since == since else { continue }
            self.entries[primary] = nil
            return
        }
    }

    /// Gives the passed part of `arrivals` back, and those of keys that have left.
    private mutating func compact() {
        guard self.arrivals.count > 2 * self.capacity else { return }
        self.arrivals = self.arrivals[self.oldest...].filter { self.entries[$0.primary]?.since == $0.since }
        self.oldest = 0
    }
}
