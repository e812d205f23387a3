import AuthCallout
import KezCore
import NKeys
import Testing

@Suite struct KickDecisionTests {
    // swift-format-ignore: NeverForceUnwrap
    private static let handle = FullHandle("tudisco@kez.test")!
    private static let origin = ContinuousClock.now

    private func connection(isSuspended: Bool, age: Duration? = .seconds(9)) -> ConnectionListing.Connection {
        .init(id: 7, name: ConnectionName(Self.handle, isSuspended: isSuspended), age: age)
    }

    @Test(arguments: [false, true]) func aNameTellsWhatItsConnectionMayDo(isSuspended: Bool) {
        let name = ConnectionName(Self.handle, isSuspended: isSuspended)
        #expect(ConnectionName(name.text) == name)
        #expect(name.text == "tudisco@kez.test" + (isSuspended ? " (suspended)" : ""))
    }

    @Test(arguments: ["", " (suspended)", "tudisco", "tudisco@kez.test (other)", "UAQXN", "a@b@c"])
    func otherNamesAreNotOurs(text: String) { #expect(ConnectionName(text) == nil) }

    @Test func aFreeConnectionOfASuspendedKeyIsClosedHoweverYoung() {
        for age in [nil, Duration.zero, .seconds(9)] {
            #expect(
                KickVerdict.reason(toClose: self.connection(isSuspended: false, age: age), standing: .suspended)
                    == .suspended)
        }
    }

    @Test func aSuspendedConnectionStaysUnlessItIsOfAnEarlierSuspension() {
        let old = self.connection(isSuspended: true)
        #expect(KickVerdict.reason(toClose: old, standing: .suspended) == nil)
        #expect(KickVerdict.reason(toClose: old, standing: .suspended, suspendedFor: .seconds(10)) == nil)
        #expect(KickVerdict.reason(toClose: old, standing: .suspended, suspendedFor: .seconds(8)) == .renewed)
        let unknown = self.connection(isSuspended: true, age: nil)
        #expect(KickVerdict.reason(toClose: unknown, standing: .suspended, suspendedFor: .zero) == nil)
    }

    @Test func whatIsFreeAgainOrReleasedIsClosed() {
        #expect(KickVerdict.reason(toClose: self.connection(isSuspended: true), standing: .free) == .resumed)
        #expect(KickVerdict.reason(toClose: self.connection(isSuspended: false), standing: .free) == nil)
        for isSuspended in [false, true] {
            #expect(
                KickVerdict.reason(toClose: self.connection(isSuspended: isSuspended), standing: .released)
                    == .released)
        }
    }

    @Test func asksOnlyForNamesThatMayHaveToGo() {
        let names = { KickVerdict.names(of: Self.handle, standing: $0, isSuspendedAnew: $1).map(\.isSuspended) }
        #expect(names(.free, false) == [true])
        #expect(names(.suspended, false) == [false])
        #expect(names(.suspended, true) == [false, true])
        #expect(names(.released, false) == [false, true])
    }

    @Test func aHandleThatWasTakenAgainIsNotReleased() throws {
        let primary = NKeyPair.generate(role: .user).primary
        let (old, new) = (try #require(Handle("older")), try #require(Handle("tudisco")))
        let now = KickVerdict.standings(admission(of: primary), released: [old, new])
        #expect(now == [old: .released, new: .free])
        let gone = KickVerdict.standings(Admission(user: nil, isSuspended: true), released: [old])
        #expect(gone == [old: .released])
        #expect(KickVerdict.standings(admission(of: primary, isSuspended: true), released: []) == [new: .suspended])
    }

    @Test func aLaterEventTakesTheWatchOver() throws {
        let primary = NKeyPair.generate(role: .user).primary
        var watches = KickWatches()
        let handle = try #require(Handle("tudisco"))
        let begun = [
            watches.begin(primary, released: handle, now: Self.origin),
            watches.begin(primary, isSuspension: true, now: Self.origin + .seconds(1)),
        ]
        let (first, second) = (try #require(begun[0]), try #require(begun[1]))
        #expect(!watches.isCurrent(first))
        #expect(watches.isCurrent(second))
        #expect(second.released == [handle])
        #expect(second.suspendedAt == Self.origin + .seconds(1))
        watches.end(first)
        #expect(watches.count == 1)
        watches.end(second)
        #expect(watches.count == 0)
    }

    /// The registry answers who releases after it has written the event that the callout hears.
    @Test func aReleasesAnswerComesBeforeItsKick() throws {
        var watches = KickWatches()
        let (primary, handle) = (NKeyPair.generate(role: .user).primary, try #require(Handle("ann")))
        let released = watches.begin(primary, released: handle, now: Self.origin)
        #expect(released?.looks.first == .milliseconds(300))
        let suspended = watches.begin(primary, isSuspension: true, now: Self.origin)
        #expect(suspended?.looks == KickWatches.looks && KickWatches.looks.first == .zero)
    }

    @Test func watchesAreBounded() {
        var watches = KickWatches(capacity: 2)
        let people = (0..<3).map { _ in NKeyPair.generate(role: .user).primary }
        let begun = (people + [people[0]]).map { watches.begin($0, now: Self.origin) != nil }
        #expect(begun == [true, true, false, true])
    }

    @Test func looksOutlastTheBrokersPatience() {
        #expect(KickWatches.looks.first == .zero)
        #expect(KickWatches.looks.last! > .seconds(15))
        #expect(KickWatches.looks.filter { $0 < .seconds(1) }.count >= 3)
    }

    @Test func readsAServersList() throws {
        let text = """
            {"server":{"id":"NX"},"data":{"server_id":"NX","now":"2026-11-21T12:00:10.5Z","total":4,"connections":[
            {"cid":10,"account":"EDGE","authorized_user":"tudisco@kez.test","start":"2026-11-21T12:00:00.25Z"},
            {"cid":11,"account":"EDGE","authorized_user":"other@kez.test (suspended)"},
            {"cid":12,"account":"KEZ","authorized_user":"tudisco@kez.test","start":"2026-11-21T12:00:00Z"},
            {"cid":13,"account":"EDGE","authorized_user":"UABC"},{"cid":14}]}}
            """
        let listing = try #require(ConnectionListing(parsing: Array(text.utf8)))
        #expect(listing.server == "NX")
        #expect(listing.count == 5)
        #expect(listing.connections.map(\.id) == [10, 11])
        #expect(listing.connections[0].age == .milliseconds(10_250))
        #expect(listing.connections[1].age == nil)
        #expect(listing.connections[1].name.isSuspended)
    }

    @Test(arguments: [
        "", "[]", #"{"data":{}}"#, #"{"data":{"server_id":""}}"#, #"{"data":{"server_id":"a.b"}}"#,
        #"{"data":{"server_id":">"}}"#, #"{"server":{"id":"NX"},"error":{"code":500}}"#,
    ])
    func refusesWhatIsNoList(text: String) { #expect(ConnectionListing(parsing: Array(text.utf8)) == nil) }

    @Test func aTokenEndsWithTheSuspension() throws {
        let request = RequestFixture()
        let key = try CalloutDecision.provenKey(of: request.request(), now: RequestFixture.now)
        let server = try #require(ServerName("kez.test"))
        let lifetime = { (isSuspended: Bool, until: Timestamp?) throws -> Int in
            let user = admission(of: request.person.primary).user
            let grant = try CalloutDecision.grant(
                to: key, admission: Admission(user: user, isSuspended: isSuspended, reason: "spam", until: until),
                server: server)
            #expect(grant.name.isSuspended == isSuspended)
            return CalloutDecision.lifetime(of: grant, now: RequestFixture.now, usual: 80_000)
        }
        let now = RequestFixture.now
        #expect(try lifetime(true, Timestamp(unixSeconds: now + 60)) == 60)
        #expect(try lifetime(true, Timestamp(unixSeconds: now + 60, nanoseconds: 1)) == 61)
        #expect(try lifetime(true, Timestamp(unixSeconds: now + 90_000)) == 80_000)
        #expect(try lifetime(true, Timestamp(unixSeconds: now - 60)) == 1)
        #expect(try lifetime(true, Timestamp(unixSeconds: .max)) == 80_000)
        #expect(try lifetime(true, nil) == 80_000)
        #expect(try lifetime(false, Timestamp(unixSeconds: now + 60)) == 80_000)
    }
}
