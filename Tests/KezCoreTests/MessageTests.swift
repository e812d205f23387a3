import KezCore
import Sodium
import Testing

@Suite struct MessageTests {
    @Test func sealsAndOpensTheMessagesOfTheVectors() throws {
        for vector in try Vectors().list("messages") {
            let sender = try SigningKey(seed: SecretBytes(vector.object("sender").hex("ed25519_seed")))
            let recipient = try SigningKey(seed: SecretBytes(vector.object("recipient").hex("ed25519_seed")))
            let (nonce, plaintext) = (try vector.hex("nonce"), try vector.hex("plaintext"))
            let seal = try #require(MessageSeal.version(1))
            let sealed = try seal.seal(
                plaintext, nonce: nonce, mine: sender.agreementKey, theirs: Primary(recipient))
            #expect(try sealed == vector.hex("ciphertext_and_tag"))
            #expect(
                try seal.open(sealed, nonce: nonce, mine: recipient.agreementKey, theirs: Primary(sender)) == plaintext)
            #expect(
                try seal.open(sealed, nonce: nonce, mine: sender.agreementKey, theirs: Primary(recipient)) == plaintext)
            let secret = try MessageSealV1().sharedSecret(mine: sender.agreementKey, theirs: Primary(recipient))
            #expect(try secret.exposed() == vector.hex("shared_secret"))
        }
    }

    @Test func refusesWhatDoesNotOpen() throws {
        let (ann, bob) = (try signer(1), try signer(2))
        let seal = MessageSeal.current
        let nonce = [UInt8](repeating: 7, count: 12)
        let sealed = try seal.seal([1, 2, 3], nonce: nonce, mine: ann.key.agreementKey, theirs: bob.primary)
        var changed = sealed
        changed[0] ^= 1
        for bytes in [changed, Array(sealed.dropLast()), [], Array(sealed.prefix(15))] {
            #expect(throws: SealError.openFailed) {
                try seal.open(bytes, nonce: nonce, mine: bob.key.agreementKey, theirs: ann.primary)
            }
        }
        #expect(throws: SealError.openFailed) {
            try seal.open(sealed, nonce: nonce, mine: signer(3).key.agreementKey, theirs: ann.primary)
        }
        #expect(throws: SealError.nonceLength(11)) {
            try seal.seal([], nonce: Array(nonce.dropLast()), mine: ann.key.agreementKey, theirs: bob.primary)
        }
        #expect(MessageSeal.version(2) == nil)
    }

    @Test func refusesToSealForTheUnusableKeysOfTheVectors() throws {
        let ann = try signer(1)
        for vector in try Vectors().list("negative_keys") where vector["ed25519_public"] != nil {
            let key = try #require(Primary(hex: vector.text("ed25519_public")))
            #expect(throws: SealError.unusableKey) {
                try MessageSeal.current.seal(
                    [1], nonce: [UInt8](repeating: 0, count: 12), mine: ann.key.agreementKey, theirs: key)
            }
        }
    }

    @Test func opensTheEnvelopeOfTheVectors() throws {
        let vector = try Vectors().object("envelopes", "message")
        let (ann, bob) = (try signer(1), try signer(2))
        let bytes = try vector.json("envelope")
        guard
            case .opened(let message, let plaintext) = MessageReading(
                bytes, from: ann.primary, to: bob.primary, key: bob.key.agreementKey)
        else {
            Issue.record("the vector does not open")
            return
        }
        #expect(try plaintext.text == vector.text("plaintext"))
        #expect(message.attribution.id.hex == "000102030405060708090a0b0c0d0e0f")
        #expect(try message.open(with: ann.key.agreementKey, of: ann.primary) == plaintext)
        #expect(Content(plaintext: plaintext).body == .text("hello", replyTo: nil))
    }

    private func message(from: EnvelopeSigner, to: EnvelopeSigner, text: String = "hi") throws -> [UInt8] {
        try MessageEnvelope.seal(
            Array(text.utf8), to: to.primary, createdAt: time("2026-05-25T03:00:00Z"), by: from)
    }

    @Test func showsOnlyWhatItsSubjectSays() throws {
        let (ann, bob, eve) = (try signer(1), try signer(2), try signer(3))
        let bytes = try self.message(from: ann, to: bob)
        let read = { (bytes: [UInt8], sender: Primary?, me: EnvelopeSigner) in
            MessageReading(bytes, from: sender, to: me.primary, key: me.key.agreementKey)
        }
        guard case .opened = read(bytes, ann.primary, bob) else {
            Issue.record("not opened")
            return
        }
        for (sender, me) in [(eve.primary, bob), (nil, bob), (ann.primary, eve)] as [(Primary?, EnvelopeSigner)] {
            guard case .refused = read(bytes, sender, me) else {
                Issue.record("not refused")
                continue
            }
        }
        guard case .refused(let error) = read(bytes.replacing("\"2026", with: "\"2025"), ann.primary, bob) else {
            Issue.record("a bad signature is not refused")
            return
        }
        #expect(error.code == .badSignature)
        guard case .anonymous = read(Array("{}".utf8), nil, bob) else {
            Issue.record("not anonymous")
            return
        }
        guard
            case .placeholder(_, .unsupported(.algorithm("pq"))) = read(
                bytes.replacing("ed25519-sha512-jcs", with: "pq"), ann.primary, bob)
        else {
            Issue.record("no placeholder for an unknown alg")
            return
        }
    }

    @Test func showsAPlaceholderForNewerVersionsAndDamage() throws {
        let (ann, bob) = (try signer(1), try signer(2))
        let payload = { (version: Int, ciphertext: String) in
            Array(
                """
                {"type":"kez.chat.message","version":\(version),"id":"\(String(repeating: "a", count: 32))",\
                "from":"\(ann.primary)","to":"\(bob.primary)","nonce":"AAECAwQFBgcICQoL",\
                "ciphertext":"\(ciphertext)","created_at":"2026-05-25T03:00:00Z"}
                """.utf8)
        }
        let cases: [(Int, String, MessageReading.Unreadable)] = [
            (2, "AAAA", .unsupported(.version(2))), (1, "AAAA", .sealed(.openFailed)), (1, "?", .malformed),
        ]
        for (version, ciphertext, expected) in cases {
            let bytes = try ann.sign(.message, payload: payload(version, ciphertext))
            guard
                case .placeholder(_, let found) = MessageReading(
                    bytes, from: ann.primary, to: bob.primary, key: bob.key.agreementKey)
            else {
                Issue.record("no placeholder")
                continue
            }
            #expect(found == expected)
        }
    }

    @Test func classifiesEnvelopes() throws {
        let (ann, bob) = (try signer(1), try signer(2))
        let good = try self.message(from: ann, to: bob)
        guard case .attributed(let attribution, let document) = OpaqueEnvelope.classify(good) else {
            Issue.record("not attributed")
            return
        }
        #expect(attribution.from == ann.primary && attribution.to == bob.primary && attribution.version == 1)
        try attribution.verify(document.root)
        for text in ["{}", "{\"kez\":\"mls\"}", "{\"kez\":5}", "{\"n\":1e999,\"m\":99999999999999999999}"] {
            guard case .anonymous = OpaqueEnvelope.classify(Array(text.utf8)) else {
                Issue.record("not anonymous: \(text)")
                continue
            }
        }
        let deep = "{\"a\":" + String(repeating: "[", count: 24) + String(repeating: "]", count: 24) + "}"
        let malformed: [([UInt8])] = [
            [], Array("[]".utf8), Array("{\"kez\":\"message\"}".utf8), Array(deep.utf8),
            good.replacing("\"version\":1", with: "\"version\":0"),
            good.replacing("\"version\":1", with: "\"version\":1.0"),
            good.replacing("kez.chat.message", with: "kez.chat.other"),
            good.replacing(attribution.id.hex, with: attribution.id.hex.uppercased() + "0"),
            good.replacing("\"key\":\"\(ann.primary)\"", with: "\"key\":\"\(bob.primary)\""),
        ]
        for bytes in malformed {
            guard case .malformed(let reason) = OpaqueEnvelope.classify(bytes) else {
                Issue.record("not malformed: \(bytes.text)")
                continue
            }
            #expect(reason.error.code == .badEnvelope)
        }
    }

    @Test func verifiesAttributedEnvelopesOfAnyVersion() throws {
        let (ann, bob) = (try signer(1), try signer(2))
        let payload = Array(
            """
            {"type":"kez.chat.message","version":7,"id":"\(String(repeating: "0", count: 32))","from":"\(ann.primary)",\
            "to":"\(bob.primary)"}
            """.utf8)
        let good = try ann.sign(.message, payload: payload)
        let cases: [([UInt8], ErrorCode?)] = [
            (good, nil), (good.replacing("ed25519-sha512-jcs", with: "pq"), .badSignature),
            (good.replacing("\"sig\"", with: "\"gis\""), .badSignature),
            (good.replacing("\"version\":7", with: "\"version\":8"), .badSignature),
            (good.replacing("\"version\":7", with: "\"version\":7,\"n\":99999999999999999"), .badSignature),
        ]
        for (bytes, expected) in cases {
            guard case .attributed(let attribution, let document) = OpaqueEnvelope.classify(bytes) else {
                Issue.record("not attributed")
                continue
            }
            #expect(code { try attribution.verify(document.root) } == expected)
        }
    }

    @Test func listsWhatWasAcknowledged() throws {
        let (ann, bob, eve) = (try signer(1), try signer(2), try signer(3))
        let bytes = try self.message(from: ann, to: bob)
        let id = try #require(MessageAttribution(parse(bytes.text))).id
        let entry = { (bytes: [UInt8], from: Primary?) in InboxEntry(to: bob.primary, from: from, bytes: bytes) }
        #expect(entry(bytes, ann.primary) == .listed(id: id))
        #expect(entry(bytes, eve.primary) == .skipped)
        #expect(entry(bytes, nil) == .skipped)
        #expect(InboxEntry(to: eve.primary, from: ann.primary, bytes: bytes) == .skipped)
        #expect(entry(bytes.replacing("ed25519-sha512-jcs", with: "pq"), ann.primary) == .listed(id: id))
        for text in ["{}", "{\"kez\":\"mls\"}"] {
            #expect(entry(Array(text.utf8), ann.primary) == .listed(id: nil))
            #expect(entry(Array(text.utf8), nil) == .listed(id: nil))
        }
        for text in ["", "x", "[]", "1", "{\"kez\":\"message\"}", "{} "] + ["{}\u{0}"] {
            #expect(entry(Array(text.utf8), nil) == (text == "{} " ? .listed(id: nil) : .skipped))
        }
    }

    @Test func namesMessagesForTheLog() throws {
        let bob = try signer(2)
        let subject = Subjects.send(to: bob.primary, from: nil)
        let id = LogMessageID.of(subject: subject, envelope: Array("{}".utf8))
        #expect(id == Digest.sha256Hex("\(subject)\n{}"))
        #expect(id != LogMessageID.of(subject: subject, envelope: Array("{ }".utf8)))
    }

    @Test(arguments: [2048, 8192, 262_144])
    func staysWithinTheEnvelopesLimit(limit: Int) throws {
        let count = MessageEnvelope.maximumPlaintext(envelopeBytes: limit)
        let bytes = try self.message(from: signer(1), to: signer(2), text: String(repeating: "a", count: count))
        #expect(bytes.count <= limit)
        #expect(bytes.count > limit - 128)
    }
}
