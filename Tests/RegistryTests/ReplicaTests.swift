import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry

/// One replica, its calls made directly.
@Suite struct ReplicaTests {
    @Test func registersReadsAndReleases() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        try await bench.replica(isManual: true) { replica in
            let ann = bench.person()
            let time = bench.clock.time
            bench.clock.advance(by: .seconds(2))
            let user = try await replica.register(ann.registration("ann", at: time))
            #expect(user.registeredAt == bench.clock.time)
            #expect(user.fqhn == "ann@kez.test")
            #expect(user.sigchainURL == "https://sig.kez.test/v1/sigchains/ed25519/\(ann.primary.hex)")
            #expect(user.sigchain == SigchainMark(length: 0, head: nil))
            for name in ["ann", "ann@kez.test", "ann@KEZ.test"] { #expect(try await replica.lookup(name) == user) }
            for name in ["bob", "Ann", "ann@elsewhere.test", "", "a", ann.primary.text] {
                #expect(try await refusal { try await replica.lookup(name) }?.code == .notFound)
            }
            let released = try await replica.release(ann.release("ann"))
            #expect(released == user)
            #expect(try await refusal { try await replica.lookup("ann") }?.code == .notFound)
            #expect(try await replica.status(ann.primary).handle == nil)
        }
    }

    @Test func acceptsAnEnvelopeOnce() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let ann = bench.person()
            let (registration, release) = (try ann.registration("ann"), try ann.release("ann"))
            let user = try await replica.register(registration)
            let replayed = try #require(try await refusal { try await replica.register(registration) })
            #expect(replayed.code == .replayed && replayed.status == 409)
            #expect(try UserObject(json: #require(replayed["user"])) == user)
            // The same signed bytes, laid out in another way.
            let padded = registration.dropLast() + Array(",\"more\":1}".utf8)
            #expect(try await refusal { try await replica.register(Array(padded)) }?.code == .replayed)
            _ = try await replica.release(release)
            #expect(try await refusal { try await replica.release(release) }?.code == .replayed)
            let afterwards = try await refusal { try await replica.register(registration) }
            #expect(afterwards?.code == .replayed)
            #expect(afterwards?["user"] == nil)
            _ = try await replica.register(ann.registration("ann", mark: 1))
            #expect(try await refusal { try await replica.release(release) }?.code == .replayed)
            #expect(try await replica.lookup("ann").primary == ann.primary)
        }
    }

    @Test func ofAHandleAndAKeyEachHasOne() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let (ann, bob) = (bench.person(), bench.person())
            _ = try await replica.register(ann.registration("ann"))
            #expect(try await refusal { try await replica.register(bob.registration("ann")) }?.code == .handleTaken)
            #expect(try await refusal { try await replica.register(ann.registration("other")) }?.code == .primaryTaken)
            _ = try await replica.register(bob.registration("bob"))
            #expect(try await refusal { try await replica.register(ann.registration("bob")) }?.code == .handleTaken)
            #expect(try await refusal { try await replica.release(ann.release("bob")) }?.code == .notFound)
            #expect(try await refusal { try await replica.release(ann.release("nobody")) }?.code == .notFound)
        }
    }

    @Test func aReleasedHandleOpensAfterNinetyDays() async throws {
        let bench = try await RegistryBench()
        try await bench.replica(isManual: true) { replica in
            let (ann, bob, clock) = (bench.person(), bench.person(), bench.clock)
            _ = try await replica.register(ann.registration("ann", at: clock.time))
            _ = try await replica.release(ann.release("ann", at: clock.time))
            // The owner takes another one at once, and the old one stays closed to others.
            _ = try await replica.register(ann.registration("ann2", at: clock.time))
            clock.advance(by: .seconds(89 * 86_400))
            let early = try await refusal { try await replica.register(bob.registration("ann", at: clock.time)) }
            #expect(early?.code == .handleTaken)
            clock.advance(by: .seconds(86_400))
            let user = try await replica.register(bob.registration("ann", at: clock.time))
            #expect(user.primary == bob.primary)
            #expect(try await replica.lookup("ann2").primary == ann.primary)
        }
    }

    @Test func aPersonBringsItsOwnEnvelopesOnly() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let (ann, bob) = (bench.person(), bench.person())
            for caller in [RPCCaller.account(bob.primary), .service(.callout), .service(.worker), .service(.operator)] {
                #expect(
                    try await refusal { try await replica.register(ann.registration("ann"), as: caller) }?.status == 403
                )
            }
            _ = try await replica.register(ann.registration("ann"), as: .account(ann.primary))
            let chain = Sigchain(primary: ann.primary)
            let link = try ann.profile(on: chain)
            #expect(try await refusal { try await replica.append(link, as: .account(bob.primary)) }?.code == .forbidden)
            _ = try await replica.append(link, as: .account(ann.primary))
            let release = try ann.release("ann")
            #expect(
                try await refusal { try await replica.release(release, as: .account(bob.primary)) }?.code == .forbidden)
            _ = try await replica.release(release, as: .account(ann.primary))
        }
    }

    @Test func checksWhatIsSignedFirst() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let ann = bench.person()
            _ = try await replica.register(ann.registration("ann"))
            let stranger = Person(try #require(ServerName("elsewhere.test")))
            var spoiled = try ann.registration("ann")
            spoiled[try #require(spoiled.lastIndex(of: UInt8(ascii: "0")))] = UInt8(ascii: "1")
            let cases: [([UInt8], ErrorCode)] = [
                (Array("nope".utf8), .badJSON), (Array("{}".utf8), .badEnvelope),
                (try ann.release("ann"), .badEnvelope), (try stranger.registration("ann"), .wrongServer),
                (try ann.registration("A"), .badHandle), (try ann.registration("admin"), .reservedHandle),
                (try ann.registration("ann", at: now().advanced(by: .seconds(-301))), .staleTimestamp),
                (try ann.registration(String(repeating: "a", count: 17_000)), .tooLarge),
            ]
            for (body, code) in cases {
                #expect(try await refusal { try await replica.register(body) }?.code == code)
            }
            let outside = try ann.registration("ann2").dropLast() + Array(",\"more\":9007199254740993}".utf8)
            #expect(try await refusal { try await replica.register(Array(outside)) }?.code == .badEnvelope)
        }
    }

    @Test func chainsGrowAndOutliveARelease() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let ann = bench.person()
            var chain = Sigchain(primary: ann.primary)
            #expect(try await refusal { try await replica.chain(ann.primary) }?.code == .notFound)
            let early = try ann.profile(on: chain)
            #expect(try await refusal { try await replica.append(early) }?.code == .notFound)
            _ = try await replica.register(ann.registration("ann"))
            #expect(try await replica.chain(ann.primary).links == [])
            var links: [[UInt8]] = []
            for number in 0..<5 {
                let link = try ann.profile(on: chain, text: "\(number)")
                chain = try chain.extended(by: [link])
                #expect(try await replica.append(link) == AppendResult(seq: number + 1, head: #require(chain.head)))
                links.append(link)
                #expect(try await refusal { try await replica.append(link) }?.code == .staleHead)
            }
            for start in 0...7 {
                let view = try await replica.chain(ann.primary, from: UInt64(start))
                #expect(view.links == Array(links.dropFirst(max(0, start - 1))))
                #expect(view.length == 5 && view.head == chain.head)
            }
            _ = try await replica.release(ann.release("ann"))
            #expect(try await replica.chain(ann.primary).links == links)
            let late = try ann.profile(on: chain, text: "late")
            #expect(try await refusal { try await replica.append(late) }?.code == .notFound)
            let user = try await replica.register(ann.registration("ann", mark: 1))
            #expect(user.sigchain == chain.mark)
            #expect(try await replica.append(late).seq == 6)
            #expect(try await replica.lookup("ann").sigchain.length == 6)
        }
    }

    @Test func aLongChainComesInParts() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let ann = bench.person()
            _ = try await replica.register(ann.registration("ann"))
            var chain = Sigchain(primary: ann.primary)
            for _ in 0..<80 {
                let link = try ann.profile(on: chain, text: String(repeating: "x", count: 15_000))
                chain = try chain.extended(by: [link])
                _ = try await replica.append(link)
            }
            var read = Sigchain(primary: ann.primary)
            var parts = 0
            while read.length < 80 {
                let view = try await replica.chain(ann.primary, from: UInt64(read.length) + 1)
                #expect(view.bytes.count < 950 * 1024)
                #expect(view.length == 80 && view.head == chain.head)
                read = try read.extended(by: view.links)
                parts += 1
            }
            #expect(parts == 2)
            #expect(read.mark == chain.mark)
        }
    }

    @Test func aKeyIsThePrimaryOfOneOrTheDeviceOfOne() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            let (ann, bob, phone) = (bench.person(), bench.person(), bench.person())
            _ = try await replica.register(ann.registration("ann"))
            _ = try await replica.register(bob.registration("bob"))
            var chain = Sigchain(primary: ann.primary)
            func extend(_ link: [UInt8]) async throws {
                _ = try await replica.append(link)
                chain = try chain.extended(by: [link])
            }
            try await extend(ann.adding(phone, to: chain))
            let others = Sigchain(primary: bob.primary)
            #expect(try await refusal { try await replica.append(bob.adding(phone, to: others)) }?.code == .keyTaken)
            #expect(try await refusal { try await replica.register(phone.registration("phone")) }?.code == .keyTaken)
            // What is taken comes first.
            #expect(try await refusal { try await replica.register(phone.registration("bob")) }?.code == .handleTaken)
            let second = try ann.adding(bob, to: chain)
            #expect(try await refusal { try await replica.append(second) }?.code == .keyTaken)
            try await extend(ann.revoking(phone, on: chain))
            #expect(
                try await refusal { try await replica.register(phone.registration("phone", mark: 1)) }?.code
                    == .keyTaken)
            #expect(try await refusal { try await replica.append(bob.adding(phone, to: others)) }?.code == .keyTaken)
            let again = try ann.adding(phone, to: chain)
            #expect(try await refusal { try await replica.append(again) }?.code == .keyTaken)
            // A key that was released is still an identity's.
            _ = try await replica.release(bob.release("bob"))
            let third = try ann.adding(bob, to: chain)
            #expect(try await refusal { try await replica.append(third) }?.code == .keyTaken)
        }
    }

    @Test func suspensionsEndByThemselves() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        let (ann, bob) = (bench.person(), bench.person())
        let until = bench.clock.time.advanced(by: .seconds(60))
        _ = try await bench.append([
            .suspend(ann.primary, reason: "spam", until: until), .suspend(bob.primary, reason: "forever", until: nil),
        ])
        try await bench.replica(isManual: true) { replica in
            _ = try await replica.register(ann.registration("ann", at: bench.clock.time))
            var status = try await replica.status(ann.primary)
            #expect(status == AccountStatus(handle: Handle("ann"), isSuspended: true, reason: "spam", until: until))
            let admission = try await replica.admit(ann.primary).json
            #expect(try Admission(json: admission).isSuspended)
            #expect(try Admission(json: admission).user?.handle.text == "ann")
            #expect(admission["reason"]?.string == "spam" && admission["until"]?.string == until.textWithMilliseconds)
            bench.clock.advance(by: .seconds(60))
            status = try await replica.status(ann.primary)
            #expect(status == AccountStatus(handle: Handle("ann"), isSuspended: false))
            #expect(try await Admission(json: replica.admit(ann.primary).json).isSuspended == false)
            status = try await replica.status(bob.primary)
            #expect(status.isSuspended && status.until == nil && status.reason == "forever")
            _ = try await bench.append([.resume(bob.primary)])
            #expect(try await replica.status(bob.primary).isSuspended == false)
            #expect(
                try await Admission(json: replica.admit(bob.primary).json) == Admission(user: nil, isSuspended: false))
        }
    }

    @Test func registeredAtIsTheServersTimeAndNeverGoesBack() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        try await bench.replica(isManual: true) { replica in
            let (ann, bob, clock) = (bench.person(), bench.person(), bench.clock)
            let first = try await replica.register(ann.registration("ann", at: clock.time.advanced(by: .seconds(200))))
            #expect(first.registeredAt == clock.time)
            clock.advance(by: .seconds(-100))
            let second = try await replica.register(bob.registration("bob", at: clock.time))
            #expect(second.registeredAt == first.registeredAt)
        }
    }

    @Test func tellsHowFarItIs() async throws {
        let bench = try await RegistryBench()
        try await bench.replica { replica in
            _ = try await replica.register(bench.person().registration("ann"))
            let bob = bench.person()
            _ = try await replica.register(bob.registration("bob"))
            _ = try await replica.release(bob.release("bob"))
            let statistics = try await replica.replica.statistics().json
            #expect(statistics["position"]?.unsigned == 3)
            #expect(statistics["lag"]?.unsigned == 0)
            #expect(statistics["events"]?.unsigned == 3)
            #expect(statistics["handles"]?.unsigned == 1)
            #expect(statistics["current"]?.bool == true)
        }
    }
}
