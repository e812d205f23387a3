import KezCore
import Sodium
import Testing

@testable import Registry

@Suite struct DecisionTests {
    private let server: ServerName
    private let handle: Handle
    private let ann: Person
    private let bob: Person
    private let time = now()

    init() throws {
        self.server = try #require(ServerName("kez.test"))
        self.handle = try #require(Handle("ann"))
        self.ann = Person(self.server)
        self.bob = Person(self.server)
    }

    private var door: ClaimDoor { ClaimDoor(server: self.server, reserved: ReservedHandles(), now: self.time) }

    private func user(_ person: Person) -> UserObject {
        UserObject(
            handle: self.handle, fqhn: "ann@kez.test", primary: person.primary, sigchainURL: "",
            registeredAt: self.time,
            sigchain: SigchainMark(length: 0, head: nil))
    }

    private func register(_ facts: ClaimFacts, at time: Timestamp? = nil) throws -> RegistryEvent.Content {
        try RegistryDecision.register(
            HandleRegistration(checking: self.ann.registration("ann", at: self.time), at: self.door), facts,
            now: time ?? self.time)
    }

    private func code(_ facts: ClaimFacts, at time: Timestamp? = nil) -> ErrorCode? {
        do {
            _ = try self.register(facts, at: time)
            return nil
        } catch {
            return (error as? KezError)?.code
        }
    }

    @Test func anOpenHandleIsGiven() throws {
        guard case .handle(let handle, let primary, _, _) = try self.register(ClaimFacts()) else {
            Issue.record("another event")
            return
        }
        #expect(handle == self.handle)
        #expect(primary == self.ann.primary)
    }

    @Test func theEventHoldsTheEnvelopeAsALogReaderFindsIt() throws {
        let envelope = try self.ann.registration("ann", at: self.time)
        let padded = Array(" \n".utf8) + envelope + Array("\r\n".utf8)
        let claim = try HandleRegistration(checking: padded, at: self.door)
        let content = try RegistryDecision.register(claim, ClaimFacts(), now: self.time)
        guard case .handle(_, _, let stored, _) = content else { return }
        #expect(stored == envelope)
    }

    @Test func everyRefusalComesInItsOrder() {
        var facts = ClaimFacts(
            wasAccepted: true, record: .held(by: self.bob.primary, since: self.time), holdsAnother: true,
            role: .device(of: self.bob.primary))
        #expect(self.code(facts) == .replayed)
        facts.wasAccepted = false
        #expect(self.code(facts) == .handleTaken)
        facts.record = nil
        #expect(self.code(facts) == .primaryTaken)
        facts.holdsAnother = false
        #expect(self.code(facts) == .keyTaken)
        facts.role = .primary
        #expect(self.code(facts) == nil)
    }

    @Test func ofTwoClaimsOnAHeldHandleItsHolderIsToldTheHandle() {
        let facts = ClaimFacts(record: .held(by: self.ann.primary, since: self.time), holder: self.user(self.ann))
        #expect(self.code(facts) == .handleTaken)
    }

    @Test func aReplayCarriesTheUserAsLongAsTheHandleIsHeld() throws {
        var facts = ClaimFacts(wasAccepted: true, holder: self.user(self.ann))
        do {
            _ = try self.register(facts)
            Issue.record("accepted")
        } catch let error as KezError {
            let user = try UserObject(json: #require(error["user"]))
            #expect(user.primary == self.ann.primary)
        }
        facts.holder = nil
        do {
            _ = try self.register(facts)
            Issue.record("accepted")
        } catch let error as KezError {
            #expect(error.code == .replayed)
            #expect(error["user"] == nil)
        }
    }

    @Test func aReleasedHandleIsClosedToOthersForNinetyDays() {
        let day = Duration.seconds(86_400)
        let mine = ClaimFacts(record: .released(by: self.ann.primary, at: self.time), role: .primary)
        #expect(self.code(mine) == nil)
        let others = ClaimFacts(record: .released(by: self.bob.primary, at: self.time))
        #expect(self.code(others) == .handleTaken)
        let end = self.time.advanced(by: day * 90)
        #expect(self.code(others, at: end.advanced(by: .milliseconds(-1))) == .handleTaken)
        #expect(self.code(others, at: end) == nil)
    }

    @Test func anErasedPersonsHandleIsClosedToOthers() {
        let until = self.time.advanced(by: .seconds(60))
        #expect(self.code(ClaimFacts(record: .closed(for: self.bob.primary, until: until))) == .handleTaken)
        #expect(self.code(ClaimFacts(record: .closed(for: self.bob.primary, until: until)), at: until) == nil)
        #expect(self.code(ClaimFacts(record: .closed(for: self.ann.primary, until: until))) == nil)
    }

    @Test func onlyTheHolderReleases() throws {
        let claim = try HandleRelease(checking: self.ann.release("ann", at: self.time), at: self.door)
        let held = ClaimFacts(record: .held(by: self.ann.primary, since: self.time), holder: self.user(self.ann))
        guard case .release = try RegistryDecision.release(claim, held) else {
            Issue.record("another event")
            return
        }
        #expect(throws: KezError(.replayed)) {
            try RegistryDecision.release(claim, ClaimFacts(wasAccepted: true, holder: self.user(self.ann)))
        }
        do {
            _ = try RegistryDecision.release(claim, ClaimFacts(record: .held(by: self.bob.primary, since: self.time)))
            Issue.record("accepted")
        } catch {
            #expect(error.code == .notFound)
        }
    }

    private func code(_ link: [UInt8], _ facts: ChainFacts) throws -> ErrorCode? {
        let link = try SigchainLink(verifying: link)
        do throws(KezError) {
            _ = try RegistryDecision.append(link, facts, now: self.time)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func linksAreRefusedInTheirOrder() throws {
        let empty = Sigchain(primary: self.ann.primary)
        let chain = try empty.appending(SigchainLink(verifying: self.ann.profile(on: empty, at: self.time)))
        let early = self.time.advanced(by: .seconds(-301))
        var facts = ChainFacts(isRegistered: false, chain: chain, takenKeys: [self.bob.primary])
        /// A policy that says nothing: of a wrong shape, and by a stranger when Bob signs it.
        func policy(on chain: Sigchain, _ time: Timestamp, _ signer: Person) throws -> [UInt8] {
            try SigchainLink.sign("policy", on: chain, createdAt: time, by: signer.signer)
        }
        #expect(try self.code(policy(on: empty, early, self.bob), facts) == .notFound)
        facts.isRegistered = true
        #expect(try self.code(policy(on: empty, early, self.bob), facts) == .staleTimestamp)
        #expect(try self.code(policy(on: empty, self.time, self.bob), facts) == .staleHead)
        #expect(try self.code(policy(on: chain, self.time, self.bob), facts) == .notAuthorised)
        #expect(try self.code(policy(on: chain, self.time, self.ann), facts) == .badLink)
        #expect(try self.code(self.ann.adding(self.bob, to: chain, at: self.time), facts) == .keyTaken)
        facts.takenKeys = []
        #expect(try self.code(self.ann.adding(self.bob, to: chain, at: self.time), facts) == nil)
    }
}
