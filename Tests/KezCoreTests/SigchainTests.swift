import KezCore
import Sodium
import Testing

@Suite struct SigchainTests {
    private let now: Timestamp
    private let ann: EnvelopeSigner
    private let phone: EnvelopeSigner

    init() throws {
        self.now = try time("2026-05-25T03:00:00Z")
        self.ann = try signer(1)
        self.phone = try signer(2)
    }

    private var empty: Sigchain { Sigchain(primary: self.ann.primary) }

    private func append(
        _ bytes: [UInt8], to chain: Sigchain, taken: Set<Primary> = []
    ) throws -> Sigchain {
        try chain.appending(SigchainLink(verifying: bytes), now: self.now, isKeyTaken: taken.contains)
    }

    private func add(
        _ device: EnvelopeSigner, can: Set<DeviceCapability>, to chain: Sigchain, by signer: EnvelopeSigner,
        expiresAt: Timestamp? = nil, at time: Timestamp? = nil, taken: Set<Primary> = []
    ) throws -> Sigchain {
        try self.append(
            SigchainLink.signDeviceAdd(
                device.key, name: "phone", can: can, expiresAt: expiresAt, on: chain, createdAt: time ?? self.now,
                by: signer), to: chain, taken: taken)
    }

    private func revoke(_ device: EnvelopeSigner, on chain: Sigchain, by signer: EnvelopeSigner) throws -> Sigchain {
        try self.append(
            SigchainLink.signDeviceRevoke(device.primary, on: chain, createdAt: self.now, by: signer), to: chain)
    }

    private func link(
        _ kind: String, on chain: Sigchain, by signer: EnvelopeSigner, at time: Timestamp? = nil, body: String = ""
    ) throws -> [UInt8] {
        let prev = chain.head.map { "\"\($0)\"" } ?? "null"
        let payload = """
            {"type":"kez.sigchain.link","version":1,"primary":"\(chain.primary)","seq":\(chain.length + 1),\
            "prev":\(prev),"created_at":"\(time ?? self.now)","body":{"kind":"\(kind)"\(body)}}
            """
        return try signer.sign(.sigchainLink, payload: Array(payload.utf8))
    }

    @Test func verifiesTheChainOfTheVectors() throws {
        let links = try Vectors().object("envelopes", "sigchain").list("links")
        var chain = self.empty
        for link in links {
            chain = try chain.extended(by: [link.json("link")])
            #expect(try chain.head == link.text("head"))
        }
        #expect(chain.length == 3)
        #expect(try links.map { try SigchainLink(parsing: $0.json("link")).devices } == [[], [self.phone.primary], []])
        #expect(chain.devices[self.phone.primary]?.capabilities == [.send, .profile])
        #expect(try Sigchain.verify(links.map { try $0.json("link") }, of: self.ann.primary).mark == chain.mark)
        #expect(
            code { _ = try Sigchain.verify(links.dropFirst().map { try $0.json("link") }, of: self.ann.primary) }
                == .staleHead)
    }

    @Test func refusesLinksOfTheWrongForm() throws {
        let good = try self.link("profile", on: self.empty, by: self.ann)
        let cases: [([UInt8], ErrorCode?)] = try [
            (good, nil), ([], .badJSON), (Array("{}".utf8), .badEnvelope),
            (self.ann.sign(.handleRelease, payload: SignedEnvelope(parsing: good).payload.raw), .badEnvelope),
            (good.replacing("\"kind\"", with: "\"dnik\""), .badEnvelope),
            (good.replacing("\"seq\":1", with: "\"seq\":\"1\""), .badEnvelope),
            (good.replacing("\"prev\":null", with: "\"prev\":\"00\""), .badEnvelope),
            (good.replacing("\"prev\":null,", with: ""), .badEnvelope),
            (good.replacing("kez.sigchain.link", with: "kez.chat.message"), .badType),
            (good.replacing("\"version\":1", with: "\"version\":2"), .badType),
            (good.replacing("\"kind\":\"profile\"", with: "\"kind\":\"proof\""), .badSignature),
            (
                self.link(
                    "profile", on: self.empty, by: self.ann, body: ",\"x\":\"\(String(repeating: "x", count: 17_000))\""
                ), .tooLarge
            ),
        ]
        for (bytes, expected) in cases { #expect(code { _ = try SigchainLink(verifying: bytes) } == expected) }
    }

    @Test func refusesStaleTimesAndHeads() throws {
        let first = try self.link("profile", on: self.empty, by: self.ann)
        let chain = try self.append(first, to: self.empty)
        #expect(code { _ = try self.append(first, to: chain) } == .staleHead)
        let late = try self.link("profile", on: self.empty, by: self.ann, at: self.now.advanced(by: .seconds(301)))
        #expect(code { _ = try self.append(late, to: self.empty) } == .staleTimestamp)
        #expect(code { _ = try self.append(late, to: chain) } == .staleTimestamp)
        let early = try self.link("profile", on: chain, by: self.ann, at: self.now.advanced(by: .seconds(-1)))
        #expect(code { _ = try self.append(early, to: chain) } == .badLink)
        #expect(
            code {
                _ = try self.append(
                    self.link("profile", on: Sigchain(primary: self.phone.primary), by: self.phone), to: chain)
            } == .badEnvelope)
    }

    @Test func refusesStrangers() throws {
        for kind in ["profile", "device_add", "device_revoke", "policy", "new"] {
            let bytes = try self.link(kind, on: self.empty, by: self.phone)
            #expect(code { _ = try self.append(bytes, to: self.empty) } == .notAuthorised)
        }
    }

    @Test(arguments: [
        ("device_add", ""), ("device_add", ",\"device\":\"x\""), ("device_revoke", ""),
        ("device_revoke", ",\"device\":5"),
        ("policy", ""), ("policy", ",\"min_message\":-1"), ("policy", ",\"min_message\":1.5"),
        ("policy", ",\"min_message\":1,\"suites\":[1]"),
    ])
    func refusesKnownKindsOfTheWrongShape(kind: String, body: String) throws {
        let bytes = try self.link(kind, on: self.empty, by: self.ann, body: body)
        #expect(code { _ = try self.append(bytes, to: self.empty) } == .badLink)
    }

    @Test func refusesAdditionsOfTheWrongShape() throws {
        let good = try SigchainLink.signDeviceAdd(
            self.phone.key, name: "phone", can: [.send], on: self.empty, createdAt: self.now, by: self.ann)
        let payload = try SignedEnvelope(parsing: good).payload.raw
        #expect(code { _ = try self.append(good, to: self.empty) } == nil)
        let changes = [
            ("\"phone\"", "\"\(String(repeating: "x", count: 65))\""), ("[\"send\"]", "[\"fly\"]"),
            ("[\"send\"]", "\"send\""),
            ("\"accept\":\"", "\"accept\":\"00"), ("\"name\":\"phone\"", "\"name\":\"phone\",\"expires_at\":\"soon\""),
            ("\"seq\":1", "\"seq\":1,\"_\":0"),
        ]
        for (index, change) in changes.enumerated() {
            let bytes = try self.ann.sign(.sigchainLink, payload: payload.replacing(change.0, with: change.1))
            let expected: ErrorCode? = index == changes.count - 1 ? nil : .badLink
            #expect(code { _ = try self.append(bytes, to: self.empty) } == expected, "\(change.1)")
        }
    }

    @Test func wantsTheDevicesConsentForThisPlace() throws {
        let other = try self.append(self.link("profile", on: self.empty, by: self.ann), to: self.empty)
        let elsewhere = try SigchainLink.signDeviceAdd(
            self.phone.key, name: "phone", can: [], on: other, createdAt: self.now, by: self.ann)
        let accept = try #require(try SigchainLink(parsing: elsewhere).body["accept"]?.string)
        let body = ",\"device\":\"\(self.phone.primary)\",\"name\":\"p\",\"can\":[],\"accept\":\"\(accept)\""
        let bytes = try self.link("device_add", on: self.empty, by: self.ann, body: body)
        #expect(code { _ = try self.append(bytes, to: self.empty) } == .badLink)
    }

    @Test func letsDevicesDoWhatTheyMay() throws {
        let tablet = try signer(3)
        let chain = try self.add(self.phone, can: [.profile, .link], to: self.empty, by: self.ann)
        #expect(try self.append(self.link("proof", on: chain, by: self.phone), to: chain).length == 2)
        #expect(try self.add(tablet, can: [.profile], to: chain, by: self.phone).length == 2)
        #expect(code { _ = try self.add(tablet, can: [.send], to: chain, by: self.phone) } == .notAuthorised)
        for kind in ["policy", "new", "successor"] {
            let bytes = try self.link(kind, on: chain, by: self.phone, body: ",\"min_message\":1")
            #expect(code { _ = try self.append(bytes, to: chain) } == .notAuthorised)
        }
        let limited = try self.add(tablet, can: [.send], to: self.empty, by: self.ann)
        #expect(
            code { _ = try self.append(self.link("profile", on: limited, by: tablet), to: limited) } == .notAuthorised)
        #expect(code { _ = try self.add(self.phone, can: [], to: limited, by: tablet) } == .notAuthorised)
    }

    @Test func judgesExpiryByTheTimeOfTheLink() throws {
        let end = self.now.advanced(by: .seconds(60))
        let chain = try self.add(self.phone, can: [.profile], to: self.empty, by: self.ann, expiresAt: end)
        let before = try self.link("profile", on: chain, by: self.phone, at: end.advanced(by: .milliseconds(-1)))
        #expect(try self.append(before, to: chain).length == 2)
        let after = try self.link("profile", on: chain, by: self.phone, at: end)
        #expect(code { _ = try self.append(after, to: chain) } == .notAuthorised)
    }

    @Test func revokes() throws {
        let tablet = try signer(3)
        let two = try self.add(
            tablet, can: [.link], to: self.add(self.phone, can: [.link], to: self.empty, by: self.ann), by: self.ann)
        for (target, by) in [(self.phone, self.ann), (self.phone, self.phone), (tablet, self.phone), (tablet, tablet)] {
            let chain = try self.revoke(target, on: two, by: by)
            #expect(chain.devices[target.primary]?.revokedAt == 3)
            #expect(code { _ = try self.revoke(target, on: chain, by: self.ann) } == .badLink)
            #expect(
                code { _ = try self.append(self.link("profile", on: chain, by: target), to: chain) } == .notAuthorised)
            #expect(code { _ = try self.add(target, can: [], to: chain, by: self.ann) } == .keyTaken)
        }
        #expect(code { _ = try self.revoke(self.phone, on: two, by: tablet) } == .notAuthorised)
        #expect(code { _ = try self.revoke(signer(4), on: two, by: self.ann) } == .badLink)
        #expect(code { _ = try self.revoke(signer(4), on: two, by: self.phone) } == .badLink)
        let weak = try self.add(signer(5), can: [.send], to: two, by: self.ann)
        #expect(code { _ = try self.revoke(tablet, on: weak, by: signer(5)) } == .notAuthorised)
        #expect(try self.revoke(signer(5), on: weak, by: signer(5)).length == 4)
    }

    @Test func takesAKeyOnce() throws {
        let chain = try self.add(self.phone, can: [], to: self.empty, by: self.ann)
        #expect(code { _ = try self.add(self.phone, can: [], to: chain, by: self.ann) } == .badLink)
        #expect(code { _ = try self.add(self.ann, can: [], to: chain, by: self.ann) } == .keyTaken)
        let bob = try signer(9)
        #expect(code { _ = try self.add(bob, can: [], to: chain, by: self.ann, taken: [bob.primary]) } == .keyTaken)
        #expect(code { _ = try self.add(bob, can: [], to: chain, by: self.ann) } == nil)
    }

    @Test func boundsTheDevices() throws {
        var chain = self.empty
        for byte in 100..<132 as Range<UInt8> { chain = try self.add(signer(byte), can: [], to: chain, by: self.ann) }
        #expect(chain.activeDevices(at: self.now).count == 32)
        #expect(code { _ = try self.add(self.phone, can: [], to: chain, by: self.ann) } == .badLink)
        chain = try self.revoke(signer(100), on: chain, by: self.ann)
        #expect(try self.add(self.phone, can: [], to: chain, by: self.ann).length == 34)
    }

    @Test func boundsTheChain() throws {
        var chain = self.empty
        for _ in 0..<1000 {
            chain = try chain.appending(SigchainLink(parsing: self.link("proof", on: chain, by: self.ann)))
        }
        #expect(code { _ = try self.append(self.link("proof", on: chain, by: self.ann), to: chain) } == .badLink)
    }

    @Test func keepsUnknownKindsAndPolicies() throws {
        var chain = try self.append(self.link("new", on: self.empty, by: self.ann), to: self.empty)
        #expect(!chain.hasUnknownCritical)
        chain = try self.append(self.link("policy", on: chain, by: self.ann, body: ",\"min_message\":2"), to: chain)
        #expect(chain.minimumMessage == 2)
        chain = try self.append(self.link("newer", on: chain, by: self.ann, body: ",\"crit\":true"), to: chain)
        #expect(chain.hasUnknownCritical)
    }

    @Test func takesAShorterOrOtherChainForAnAlarm() throws {
        let one = try self.append(self.link("profile", on: self.empty, by: self.ann), to: self.empty)
        let two = try self.append(self.link("profile", on: one, by: self.ann), to: one)
        let fork = try self.append(self.link("proof", on: one, by: self.ann), to: one)
        #expect(one.continuity(from: one.mark) == .same)
        #expect(two.continuity(from: one.mark) == .grew)
        #expect(two.continuity(from: self.empty.mark) == .grew)
        #expect(one.continuity(from: two.mark) == .shrank)
        #expect(fork.continuity(from: two.mark) == .forked)
        #expect(
            SigchainContinuity.forked.isAlarm && SigchainContinuity.shrank.isAlarm && !SigchainContinuity.grew.isAlarm)
    }
}
