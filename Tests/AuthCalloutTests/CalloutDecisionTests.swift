import AuthCallout
import KezCore
import NKeys
import Testing

@Suite struct KeyProofTests {
    @Test func provesAKeyWhoseHolderSignedTheNonce() throws {
        let fixture = RequestFixture()
        let key = try CalloutDecision.provenKey(of: fixture.request(), now: RequestFixture.now)
        #expect(key.connecting == fixture.person.publicKey)
        #expect(key.account == fixture.person.primary)
    }

    @Test func takesAPaddedSignatureInTheStandardAlphabet() throws {
        // Until both characters that differ between the alphabets have come up.
        var seen: Set<Character> = []
        while seen.count < 2 {
            let fixture = RequestFixture()
            let signature = fixture.person.sign(Array(RequestFixture.nonce.utf8))
            let text = Base64.encode(signature)
            #expect(text.hasSuffix("=="))
            seen.formUnion(text.filter { $0 == "+" || $0 == "/" })
            #expect(try fixture.with { $0.nats.connect_opts?.sig = text }.refusal() == nil)
        }
    }

    @Test func refusesWhatHasExpired() throws {
        let fixture = RequestFixture()
        let end = RequestFixture.now + 15 + CalloutDecision.clockTolerance
        #expect(try fixture.refusal(now: end) == nil)
        #expect(try fixture.refusal(now: end + 1) == .expired)
        #expect(try fixture.with { $0.exp = .min }.refusal() == .expired)
        #expect(try fixture.with { $0.exp = .max }.refusal() == nil)
    }

    @Test func refusesOtherCredentialsEvenBesideAGoodKey() throws {
        for change: (inout RequestFixture.Body.Options) -> Void in [
            { $0.user = "a" }, { $0.pass = "b" }, { $0.auth_token = "c" }, { $0.jwt = "eyJ0" },
        ] {
            let beside = RequestFixture().with { change(&$0.nats.connect_opts!) }
            #expect(try beside.refusal() == .otherCredentials)
            let alone = RequestFixture().with {
                $0.nats.connect_opts = .init()
                change(&$0.nats.connect_opts!)
            }
            #expect(try alone.refusal() == .otherCredentials)
        }
    }

    @Test func refusesALoginWithoutAKey() throws {
        #expect(try RequestFixture().with { $0.nats.connect_opts?.nkey = nil }.refusal() == .noKey)
        #expect(try RequestFixture().with { $0.nats.connect_opts = .init() }.refusal() == .noKey)
        #expect(try RequestFixture().with { $0.nats.connect_opts = nil }.refusal() == .noKey)
    }

    @Test func refusesAKeyThatIsNotAUsers() throws {
        for role in [NKeyRole.account, .server, .operator, .cluster] {
            #expect(try RequestFixture(person: .generate(role: role)).refusal() == .badKey)
        }
        let text = RequestFixture().person.publicKey.text
        for bad in [
            text.lowercased(), String(text.dropLast()), text + "A", "U" + text.dropFirst().dropLast() + "7", "*", ">",
        ] {
            guard bad != text else { continue }
            #expect(try RequestFixture().with { $0.nats.connect_opts?.nkey = bad }.refusal() == .badKey)
        }
    }

    @Test func refusesAKeyWithoutASignature() throws {
        #expect(try RequestFixture().with { $0.nats.connect_opts?.sig = nil }.refusal() == .noSignature)
    }

    @Test func refusesALoginWithoutANonce() throws {
        let empty = Base64URL.encode(RequestFixture().person.sign([]))
        for nonce in [nil, ""] {
            let fixture = RequestFixture().with {
                $0.nats.client_info = .init(nonce: nonce)
                $0.nats.connect_opts?.sig = empty
            }
            #expect(try fixture.refusal() == .badNonce)
        }
        #expect(try RequestFixture().with { $0.nats.client_info = nil }.refusal() == .badNonce)
    }

    /// A signature of the same key over something else must not open the door.
    @Test(arguments: [
        "{\"kez\":\"message\"}", "GET\n/v1/inbox/tudisco\nsince=0\n1800000000", "short", "with space", "ümlaut-nonce",
    ])
    func refusesASignatureOverWhatIsNoNonce(text: String) throws {
        let person = NKeyPair.generate(role: .user)
        let fixture = RequestFixture(person: person).with {
            $0.nats.client_info = .init(nonce: text)
            $0.nats.connect_opts?.sig = Base64URL.encode(person.sign(Array(text.utf8)))
        }
        #expect(try fixture.refusal() == .badNonce)
    }

    @Test func refusesASignatureThatIsNotTheKeys() throws {
        let other = RequestFixture()
        let nonce = Array(RequestFixture.nonce.utf8)
        for signature in [
            "", "=", "not base64!", "AAAA", Base64URL.encode(other.person.sign(nonce)),
            Base64URL.encode(RequestFixture().person.sign(Array("anotherNonce_15".utf8))),
        ] where !signature.isEmpty {
            #expect(try RequestFixture().with { $0.nats.connect_opts?.sig = signature }.refusal() == .badSignature)
        }
        #expect(
            try RequestFixture().with { $0.nats.client_info = .init(nonce: "anotherNonce_15") }.refusal()
                == .badSignature)
    }

    @Test func refusesAMalleatedSignature() throws {
        let fixture = RequestFixture()
        var signature = fixture.person.sign(Array(RequestFixture.nonce.utf8))
        // S + L, the other S that satisfies the same equation. Source: RFC 8032, section 5.1.7.
        let order: [UInt8] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 255)
            carry = sum >> 8
        }
        let text = Base64URL.encode(signature)
        #expect(try fixture.with { $0.nats.connect_opts?.sig = text }.refusal() == .badSignature)
    }

    /// Under these keys lax libraries take the same few bytes for a signature of anything.
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ])
    func refusesKeysUnderWhichSignaturesCanBeForged(hex: String) throws {
        let key = try NKey(role: .user, publicKey: #require(Hex.decode(hex)))
        for forged in [[1] + [UInt8](repeating: 0, count: 63), [UInt8](repeating: 0, count: 64)] {
            let fixture = RequestFixture().with {
                $0.nats.connect_opts?.nkey = key.text
                $0.nats.connect_opts?.sig = Base64URL.encode(forged)
            }
            #expect(try fixture.refusal() == .badSignature)
        }
    }
}

@Suite struct GrantTests {
    // swift-format-ignore: NeverForceUnwrap
    private static let server = ServerName("kez.test")!

    private func key(_ pair: NKeyPair) throws -> CalloutDecision.ProvenKey {
        try CalloutDecision.provenKey(of: RequestFixture(person: pair).request(), now: RequestFixture.now)
    }

    @Test func givesARegisteredKeyItsOwnSubjectsAndNothingElse() throws {
        let pair = NKeyPair.generate(role: .user)
        let own = pair.primary.hex
        let grant = try CalloutDecision.grant(
            to: self.key(pair), admission: admission(of: pair.primary), server: Self.server)
        #expect(grant.name.text == "tudisco@kez.test")
        #expect(!grant.isSuspended)
        #expect(grant.permissions.publish == ["kez.send.*.*.\(own)", "kez.live.*.\(own)", "kez.rpc.\(own).>"])
        #expect(
            grant.permissions.subscribe
                == ["kez.inbox.\(own).>", "kez.live.\(own).*", "_INBOX.\(pair.publicKey.text).>"])
    }

    @Test func letsASuspendedKeyReadOnly() throws {
        let pair = NKeyPair.generate(role: .user)
        let grant = try CalloutDecision.grant(
            to: self.key(pair), admission: admission(of: pair.primary, isSuspended: true), server: Self.server)
        #expect(grant.isSuspended)
        #expect(!grant.permissions.publish.isEmpty)
        #expect(!grant.permissions.publish.contains { $0.hasPrefix("kez.send") || $0.hasPrefix("kez.live") })
    }

    @Test func refusesAKeyWithoutAHandle() throws {
        let key = try self.key(.generate(role: .user))
        for isSuspended in [false, true] {
            #expect(throws: Refusal.noHandle) {
                try CalloutDecision.grant(
                    to: key, admission: Admission(user: nil, isSuspended: isSuspended), server: Self.server)
            }
        }
    }

    @Test func refusesAnAnswerAboutAnotherKey() throws {
        let key = try self.key(.generate(role: .user))
        #expect(throws: Refusal.noHandle) {
            try CalloutDecision.grant(
                to: key, admission: admission(of: NKeyPair.generate(role: .user).primary), server: Self.server)
        }
    }
}
