import KezCore
import KezTesting
import Sodium
import Testing

@testable import Gateway

@Suite struct AddressTests {
    @Test func addresses() {
        #expect(IPAddress("1.2.3.4")?.bits == 0x0102_0304)
        #expect(IPAddress("::1")?.bits == 1)
        #expect(IPAddress("::")?.bits == 0)
        #expect(IPAddress("2001:db8::1")?.bits == UInt128(0x2001_0db8) << 96 | 1)
        #expect(IPAddress("1:2:3:4:5:6:7:8") == IPAddress("0001:2:3:4:5:6:7:0008"))
        #expect(IPAddress("1::")?.bits == UInt128(1) << 112)
        #expect(IPAddress("::ffff:1.2.3.4") == IPAddress("1.2.3.4"))
        #expect(IPAddress("::FFFF:102:304") == IPAddress("1.2.3.4"))
        #expect(IPAddress("fe80::1%eth0") == IPAddress("fe80::1"))
        for text in [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "g::", "::1.2.3", "12345::", "1.2.3.4::", "[::1]",
        ] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        #expect(IPAddress("2001:db8:1:2:3::4")?.budgetKey == IPAddress("2001:db8:1:2::"))
    }

    @Test func proxies() throws {
        let network = try #require(TrustedProxy("10.1.0.0/16"))
        #expect(network.contains(IPAddress("10.1.255.1")!) && !network.contains(IPAddress("10.2.0.1")!))
        #expect(TrustedProxy("::/0")?.contains(IPAddress("::1")!) == true)
        #expect(TrustedProxy("0.0.0.0/0")?.contains(IPAddress("9.9.9.9")!) == true)
        #expect(TrustedProxy("0.0.0.0/0")?.contains(IPAddress("::1")!) == false)
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "x", ""] {
            #expect(TrustedProxy(text) == nil)
        }
    }

    @Test func theRightmostUntrustedEntry() {
        let trusted = [TrustedProxy("10.0.0.0/8")!]
        func of(_ peer: String, _ forwarded: String...) -> IPAddress? {
            ClientAddress.of(peer: IPAddress(peer), forwarded: forwarded, trusted: trusted)
        }
        #expect(of("9.9.9.9", "1.1.1.1") == IPAddress("9.9.9.9"))
        #expect(of("10.0.0.1") == IPAddress("10.0.0.1"))
        #expect(of("10.0.0.1", "1.1.1.1, 2.2.2.2") == IPAddress("2.2.2.2"))
        #expect(of("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.0.0.7") == IPAddress("2.2.2.2"))
        #expect(of("10.0.0.1", "1.1.1.1", "2.2.2.2:444 , 10.0.0.7:80") == IPAddress("2.2.2.2"))
        #expect(of("10.0.0.1", "[2001:db8::1]:443") == IPAddress("2001:db8::1"))
        #expect(of("10.0.0.1", "1.1.1.1, unknown, 10.0.0.7") == IPAddress("10.0.0.7"))
        #expect(of("10.0.0.1", "10.0.0.2, 10.0.0.3") == IPAddress("10.0.0.2"))
    }

    @Test func settings() {
        #expect(SocketAddressSetting("0.0.0.0:6969") == .init(host: "0.0.0.0", port: 6969))
        #expect(SocketAddressSetting("[::1]:0") == .init(host: "::1", port: 0))
        #expect(SocketAddressSetting("[::1]:0")?.description == "[::1]:0")
        #expect(SocketAddressSetting("broker.internal:80")?.host == "broker.internal")
        for text in ["", "6969", ":6969", "::1:80", "[x]:80", "a:65536", "a:-1", "a:", "a b:1", "a/b:1"] {
            #expect(SocketAddressSetting(text) == nil, "\(text)")
        }
    }
}

@Suite struct TableTests {
    @Test func theTableIsBoundedAndKeepsWhatIsUsed() {
        var table = GenerationalTable<Int, Int>(capacity: 10)
        for number in 0..<100 {
            table[number] = number
            #expect(table[0] == 0)
            #expect(table.count <= 10)
        }
        #expect(table[50] == nil && table[99] == 99)
        table[99] = nil
        #expect(table[99] == nil)
    }

    @Test func countsAreBoundedByOwnerAndInAll() throws {
        let seen = LockedBox<[Int]>([])
        let count = ConcurrencyCount<String>(perOwner: 2, total: 3, what: "things") { number in
            seen.update { $0.append(number) }
        }
        var places = [try count.enter("a"), try count.enter("a")]
        #expect(throws: KezError.self) { try count.enter("a") }
        let other = try count.enter("b")
        #expect(throws: KezError.self) { try count.enter("c") }
        places.removeLast()
        #expect(count.count == 2)
        _ = try count.enter("a")
        #expect(count.count == 2 && seen.value == [1, 2, 3, 2, 3, 2])
        withExtendedLifetime((places, other)) {}
    }
}

@Suite struct QuotaLedgerTests {
    private let owner = Primary(SigningKey.generate())

    private func ledger(messages: Int = 1000, bytes: Int = 1_000_000) -> QuotaLedger {
        var limits = Limits()
        limits.inboxMessages = messages
        limits.inboxBytes = bytes
        limits.anonymousStored = 3
        return QuotaLedger(limits: limits, lifetime: .seconds(5), capacity: 100)
    }

    private func stats(_ messages: Int, _ bytes: Int = 0, isOver: Bool = false, anonymous: Int = 0) -> InboxStats {
        InboxStats(messages: messages, bytes: bytes, lastSeq: 1, isOverQuota: isOver, anonymous: anonymous)
    }

    private func message(_ bytes: Int = 1, isAnonymous: Bool = false) -> QuotaLedger.Message {
        .init(recipient: self.owner, bytes: bytes, isAnonymous: isAnonymous)
    }

    @Test func asksFirstAndAgainLater() {
        var ledger = self.ledger()
        #expect(ledger.decide(self.message(), isFresh: false, at: .zero) == .ask)
        ledger.learned(self.stats(10), of: self.owner, addedBefore: (0, 0, 0), at: .zero)
        #expect(ledger.decide(self.message(), isFresh: false, at: .seconds(5)) == .granted)
        #expect(ledger.decide(self.message(), isFresh: false, at: .seconds(6)) == .ask)
    }

    @Test func whatIsUnderWayCounts() {
        var ledger = self.ledger(messages: 10)
        ledger.learned(self.stats(8), of: self.owner, addedBefore: (0, 0, 0), at: .zero)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .granted)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .granted)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .full)
        ledger.settle(self.message(), isStored: false)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .granted)
        ledger.settle(self.message(), isStored: true)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .full)
    }

    @Test func whatTheWorkerHasSeenIsNotCountedTwice() {
        var ledger = self.ledger(messages: 10)
        ledger.learned(self.stats(5), of: self.owner, addedBefore: (0, 0, 0), at: .zero)
        for _ in 0..<2 {
            #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .granted)
            ledger.settle(self.message(), isStored: true)
        }
        let before = ledger.added(to: self.owner)
        #expect(before.messages == 2)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .granted)
        ledger.settle(self.message(), isStored: true)
        ledger.learned(self.stats(7), of: self.owner, addedBefore: before, at: .zero)
        for wanted in [QuotaLedger.Decision.granted, .granted, .full] {
            #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == wanted)
        }
    }

    @Test func bytesAnonymousAndTheWorkersOwnWord() {
        var ledger = self.ledger()
        ledger.learned(self.stats(1, 999_000, anonymous: 2), of: self.owner, addedBefore: (0, 0, 0), at: .zero)
        #expect(ledger.decide(self.message(1000), isFresh: false, at: .zero) == .ask)
        #expect(ledger.decide(self.message(1001), isFresh: true, at: .zero) == .full)
        #expect(ledger.decide(self.message(isAnonymous: true), isFresh: false, at: .zero) == .ask)
        #expect(ledger.decide(self.message(isAnonymous: true), isFresh: true, at: .zero) == .granted)
        #expect(ledger.decide(self.message(isAnonymous: true), isFresh: true, at: .zero) == .full)
        ledger.learned(self.stats(1, isOver: true), of: self.owner, addedBefore: (0, 0, 0), at: .zero)
        #expect(ledger.decide(self.message(), isFresh: false, at: .zero) == .ask)
        #expect(ledger.decide(self.message(), isFresh: true, at: .zero) == .full)
    }
}

@Suite struct UserCacheTests {
    @Test func neverNobodyNeverOldNeverBehindAnEvent() {
        let primary = Primary(SigningKey.generate())
        let user = UserObject(
            handle: Handle("bob")!, fqhn: "bob@kez.test", primary: primary, sigchainURL: "",
            registeredAt: Timestamp(unixSeconds: 0),
            sigchain: SigchainMark(length: 0, head: nil))
        let known = Admission(user: user, isSuspended: false)
        var cache = UserCache(capacity: 10, lifetime: .seconds(10))
        cache.learned(Admission(user: nil, isSuspended: false), of: primary, askedAt: cache.version, at: .zero)
        #expect(cache.admission(of: primary, at: .zero) == nil)
        cache.learned(known, of: primary, askedAt: cache.version, at: .zero)
        cache.learned(primary, of: user.handle, askedAt: cache.version, at: .zero)
        #expect(cache.admission(of: primary, at: .seconds(10)) == known)
        #expect(cache.primary(of: user.handle, at: .seconds(10)) == primary)
        #expect(cache.admission(of: primary, at: .seconds(11)) == nil)
        let version = cache.version
        cache.invalidate(primary)
        #expect(cache.admission(of: primary, at: .zero) == nil && cache.primary(of: user.handle, at: .zero) == nil)
        cache.learned(known, of: primary, askedAt: version, at: .zero)
        #expect(cache.admission(of: primary, at: .zero) == nil)
        cache.learned(known, of: primary, askedAt: cache.version, at: .zero)
        cache.invalidateAll()
        #expect(cache.admission(of: primary, at: .zero) == nil)
    }
}

@Suite struct HTTPTextTests {
    @Test func targets() {
        let target = RequestTarget("/v1/inbox/a%40b?since=1&limit=%32&empty&x=a=b#frag")
        #expect(target.path == "/v1/inbox/a%40b" && target.segments == ["v1", "inbox", "a@b"])
        #expect(target.raw("limit") == "%32" && target.value("limit") == "2" && target.raw("empty") == "")
        #expect(target.value("x") == "a=b" && target.raw("none") == nil)
        #expect(RequestTarget("http://a.test/x?y").path == "/x" && RequestTarget("http://a.test").path == "/")
        #expect(RequestTarget("//etc/passwd").segments == ["", "etc", "passwd"])
        for text in ["*", "/%", "/%4", "/%zz", "/%ff"] { #expect(RequestTarget(text).segments == nil, "\(text)") }
    }

    @Test func dates() {
        #expect(HTTPDate.text(Timestamp(unixSeconds: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(Timestamp(unixSeconds: -1)) == "Wed, 31 Dec 1969 23:59:59 GMT")
    }

    @Test func theConnectionAlwaysHasADeadlineWhileItWaitsForItsPeer() {
        let times = ConnectionPhase.Times(
            head: .seconds(10), body: .seconds(60), progress: .seconds(60), progressBytes: 1, idle: .seconds(75))
        var phase = ConnectionPhase(times)
        #expect(phase.opened() == .set(.seconds(10)))
        #expect(phase.bytesArrived(1) == .keep)
        #expect(phase.headArrived() == .set(.seconds(60)))
        #expect(phase.bodyEnded() == .stop)
        #expect(phase.answered() == .set(.seconds(75)))
        #expect(phase.bytesArrived(1) == .set(.seconds(10)))
        // An answer before the body's end does not end the wait for it.
        _ = phase.headArrived()
        #expect(phase.answered() == .keep)
        #expect(phase.bodyEnded() == .set(.seconds(75)))
        // Two requests at once.
        _ = phase.bytesArrived(1)
        _ = phase.headArrived()
        _ = phase.bodyEnded()
        #expect(phase.headArrived() == .set(.seconds(60)))
        #expect(phase.bodyEnded() == .stop)
        #expect(phase.answered() == .keep)
        #expect(phase.answered() == .set(.seconds(75)))
        #expect(phase.detached() == .stop)
        #expect(phase.bytesArrived(1) == .keep && phase.headArrived() == .keep)
    }

    @Test func theBrokersAnswerMayComeInPieces() {
        let text = [UInt8]("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n\u{2}rest".utf8)
        for cut in 1..<(text.count - 5) {
            var response = UpgradeResponse()
            #expect(response.append(text[..<cut], requestID: "r") == .incomplete)
            guard case .accepted(let head, let rest) = response.append(text[cut...], requestID: "r") else {
                Issue.record("not accepted at \(cut)")
                continue
            }
            #expect(String(decoding: head, as: UTF8.self).hasSuffix("Accept: x\r\nX-Request-Id: r\r\n\r\n"))
            #expect(rest == [UInt8]("\u{2}rest".utf8))
        }
        var refused = UpgradeResponse()
        #expect(refused.append([UInt8]("HTTP/1.1 403 Forbidden\r\n\r\n".utf8), requestID: "r") == .refused(status: 403))
        var noise = UpgradeResponse()
        #expect(noise.append([UInt8]("INFO {}\r\n\r\n".utf8), requestID: "r") == .malformed)
        var endless = UpgradeResponse()
        #expect(endless.append([UInt8](repeating: 0x41, count: 9000), requestID: "r") == .malformed)
    }
}
