import AuthCallout
import KezCore
import NKeys
import Testing

@Suite struct AdmissionCacheTests {
    private let start = ContinuousClock.now
    private let one = NKeyPair.generate(role: .user).primary
    private let two = NKeyPair.generate(role: .user).primary

    private func at(_ seconds: Int) -> ContinuousClock.Instant { self.start + .seconds(seconds) }

    private func learn(
        _ admission: Admission?, of primary: Primary, in cache: inout AdmissionCache, at seconds: Int = 0
    ) {
        cache.asking(primary)
        cache.answered(admission, for: primary, now: self.at(seconds))
    }

    @Test func remembersAnAdmissionUntilItIsTooOld() {
        var cache = AdmissionCache()
        self.learn(admission(of: self.one), of: self.one, in: &cache)
        #expect(cache.admission(of: self.one, now: self.at(300)) == admission(of: self.one))
        #expect(cache.admission(of: self.two, now: self.at(0)) == nil)
        #expect(cache.admission(of: self.one, now: self.at(301)) == nil)
        #expect(cache.count == 0)
    }

    @Test func neverRemembersThatAKeyHasNoHandleOrIsSuspended() {
        var cache = AdmissionCache()
        self.learn(Admission(user: nil, isSuspended: false), of: self.one, in: &cache)
        self.learn(admission(of: self.two, isSuspended: true), of: self.two, in: &cache)
        self.learn(nil, of: self.two, in: &cache)
        #expect(cache.count == 0)
    }

    @Test func forgetsWhatAnEventNames() {
        var cache = AdmissionCache()
        self.learn(admission(of: self.one), of: self.one, in: &cache)
        self.learn(admission(of: self.two), of: self.two, in: &cache)
        cache.invalidate(self.one, now: self.at(1))
        #expect(cache.admission(of: self.one, now: self.at(1)) == nil)
        #expect(cache.admission(of: self.two, now: self.at(1)) != nil)
    }

    @Test func doesNotKeepAnAnswerThatAnEventOvertook() {
        var cache = AdmissionCache(settling: .zero)
        cache.asking(self.one)
        cache.invalidate(self.one, now: self.at(0))
        cache.answered(admission(of: self.one), for: self.one, now: self.at(1))
        #expect(cache.admission(of: self.one, now: self.at(1)) == nil)
        // The next question is a new one.
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 2)
        #expect(cache.admission(of: self.one, now: self.at(2)) != nil)
    }

    @Test func doesNotKeepAnAnswerThatAClearingOvertook() {
        var cache = AdmissionCache(settling: .zero)
        cache.asking(self.one)
        cache.clear(now: self.at(0))
        cache.answered(admission(of: self.one), for: self.one, now: self.at(1))
        #expect(cache.count == 0)
    }

    @Test func keepsWhatItLearnsOfAKeyForAMomentOnlyUntilTheRegistryHasSettled() {
        var cache = AdmissionCache(settling: .seconds(30), moment: .milliseconds(250))
        cache.invalidate(self.one, now: self.at(0))
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 29)
        self.learn(admission(of: self.two), of: self.two, in: &cache, at: 29)
        #expect(cache.admission(of: self.one, now: self.at(29) + .milliseconds(250)) != nil)
        // Who looks for connections that must go does not believe it.
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(29)) == nil)
        #expect(cache.admission(of: self.one, now: self.at(29) + .milliseconds(251)) == nil)
        #expect(cache.admission(of: self.two, isSettled: true, now: self.at(29)) != nil)
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 30)
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(40)) != nil)
    }

    @Test func clearingForgetsEverything() {
        var cache = AdmissionCache(settling: .seconds(30))
        self.learn(admission(of: self.one), of: self.one, in: &cache)
        cache.clear(now: self.at(1))
        #expect(cache.count == 0)
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 2)
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(2)) == nil)
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 31)
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(31)) != nil)
    }

    @Test func dropsTheOldestWhenItIsFull() {
        var cache = AdmissionCache(capacity: 3)
        let all = (0..<50).map { _ in NKeyPair.generate(role: .user).primary }
        for (second, primary) in all.enumerated() {
            self.learn(admission(of: primary), of: primary, in: &cache, at: second)
            #expect(cache.count == min(second + 1, 3))
        }
        for primary in all.prefix(47) { #expect(cache.admission(of: primary, now: self.at(50)) == nil) }
        for primary in all.suffix(3) { #expect(cache.admission(of: primary, now: self.at(50)) != nil) }
    }

    @Test func anEntryThatWasLearntAgainCountsAsNew() {
        var cache = AdmissionCache(capacity: 2)
        let three = NKeyPair.generate(role: .user).primary
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 0)
        self.learn(admission(of: self.two), of: self.two, in: &cache, at: 1)
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 2)
        self.learn(admission(of: three), of: three, in: &cache, at: 3)
        #expect(cache.admission(of: self.one, now: self.at(3)) != nil)
        #expect(cache.admission(of: self.two, now: self.at(3)) == nil)
    }

    @Test func eventsOfManyKeysMakeEverythingDoubtful() {
        var cache = AdmissionCache(capacity: 2, settling: .seconds(30))
        for _ in 0..<3 { cache.invalidate(NKeyPair.generate(role: .user).primary, now: self.at(0)) }
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 1)
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(1)) == nil)
        self.learn(admission(of: self.one), of: self.one, in: &cache, at: 31)
        #expect(cache.admission(of: self.one, isSettled: true, now: self.at(31)) != nil)
    }
}
