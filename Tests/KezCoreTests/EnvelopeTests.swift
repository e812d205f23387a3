import KezCore
import Sodium
import Testing

@Suite struct EnvelopeTests {
    private func door(_ now: String = "2026-05-25T03:00:00Z", reserved: [String] = []) throws -> ClaimDoor {
        ClaimDoor(
            server: try #require(ServerName("kez.lat")), reserved: ReservedHandles(additional: reserved),
            now: try time(now))
    }

    private func registration(_ name: String = "registration") throws -> [UInt8] {
        try Vectors().object("envelopes", name).json("envelope")
    }

    @Test(arguments: ["registration", "registration_with_unknown_members"])
    func acceptsTheRegistrationsOfTheVectors(name: String) throws {
        let vector = try Vectors().object("envelopes", name)
        let registration = try HandleRegistration(checking: vector.json("envelope"), at: self.door())
        #expect(registration.handle.text == "tudisco")
        #expect(try registration.envelope.canonicalPayload.text == vector.text("canonical_payload"))
        #expect(registration.primary == (try signer(1)).primary)
    }

    @Test func signsWhatTheVectorsSign() throws {
        for name in ["registration", "registration_with_unknown_members", "message"] {
            let vector = try Vectors().object("envelopes", name)
            let theirs = try SignedEnvelope(parsing: vector.json("envelope"))
            let ours = try SignedEnvelope(parsing: signer(1).sign(theirs.tag, payload: theirs.payload.raw))
            #expect(ours.signature == theirs.signature)
            #expect(try ours.digest() == theirs.digest())
            #expect(ours.isSignatureValid)
        }
    }

    @Test func registersAndReleasesWhatItSigned() throws {
        let (ann, handle) = (try signer(1), try #require(Handle("ann")))
        let door = try self.door()
        let claim = try HandleRegistration.sign(handle, server: door.server, createdAt: door.now, by: ann)
        #expect(try HandleRegistration(checking: claim, at: door).handle == handle)
        let release = try HandleRelease.sign(handle, server: door.server, createdAt: door.now, by: ann)
        #expect(try HandleRelease(checking: release, at: door).primary == ann.primary)
        #expect(code { _ = try HandleRelease(checking: claim, at: door) } == .badEnvelope)
        #expect(code { _ = try HandleRegistration(checking: release, at: door) } == .badEnvelope)
    }

    /// A registration whose payload members are replaced before it is signed.
    private func claim(
        tag: EnvelopeTag = .handleRegistration, type: String = "\"kez.chat.handle_registration\"",
        version: String = "1", handle: String = "\"tudisco\"", primary: String? = nil, server: String = "\"kez.lat\"",
        createdAt: String = "\"2026-05-25T03:00:00Z\"", more: String = ""
    ) throws -> [UInt8] {
        let ann = try signer(1)
        let payload = """
            {"type":\(type),"version":\(version),"handle":\(handle),"primary":\(primary ?? "\"\(ann.primary)\""),\
            "server":\(server),"created_at":\(createdAt)\(more)}
            """
        return try ann.sign(tag, payload: Array(payload.utf8))
    }

    private func refusal(of bytes: [UInt8], at door: ClaimDoor? = nil) throws -> ErrorCode? {
        let door = try door ?? self.door()
        return code { _ = try HandleRegistration(checking: bytes, at: door) }
    }

    @Test func refusesEachFaultWithItsCode() throws {
        #expect(try self.refusal(of: self.claim()) == nil)
        #expect(try self.refusal(of: []) == .badJSON)
        #expect(try self.refusal(of: Array("{\"kez\":1,\"kez\":2}".utf8)) == .badJSON)
        for text in ["[]", "{}", "null", "\"x\"", "{\"kez\":\"handle_registration\"}"] {
            #expect(try self.refusal(of: Array(text.utf8)) == .badEnvelope)
        }
        #expect(try self.refusal(of: self.claim(tag: .message)) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(handle: "5")) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(primary: "\"ed25519:00\"")) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(server: "null")) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(createdAt: "\"yesterday\"")) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(version: "\"1\"")) == .badEnvelope)
        #expect(try self.refusal(of: self.claim(type: "\"kez.chat.message\"")) == .badType)
        #expect(try self.refusal(of: self.claim(version: "2")) == .badType)
        #expect(try self.refusal(of: self.claim(version: "0")) == .badType)
        #expect(try self.refusal(of: self.claim(primary: "\"\(signer(2).primary)\"")) == .keyMismatch)
        #expect(try self.refusal(of: self.claim().replacing("tudisco", with: "tudiscq")) == .badSignature)
        #expect(try self.refusal(of: self.claim(server: "\"other.org\"")) == .wrongServer)
        #expect(try self.refusal(of: self.claim(handle: "\"Tudisco\"")) == .badHandle)
        #expect(try self.refusal(of: self.claim(handle: "\"admin\"")) == .reservedHandle)
        #expect(try self.refusal(of: self.claim(), at: self.door(reserved: ["tudisco"])) == .reservedHandle)
        let huge = ",\"x\":\"\(String(repeating: "x", count: 17_000))\""
        #expect(try self.refusal(of: self.claim(more: huge)) == .tooLarge)
    }

    @Test(
        arguments: [
            ("2026-05-25T03:05:00Z", nil), ("2026-05-25T02:55:00Z", nil), ("2026-05-25T03:05:00.001Z", .staleTimestamp),
            ("2026-05-25T02:54:59.999Z", .staleTimestamp),
        ] as [(String, ErrorCode?)])
    func judgesTheTime(now: String, expected: ErrorCode?) throws {
        #expect(try self.refusal(of: self.claim(), at: self.door(now)) == expected)
    }

    @Test func reportsTheFirstFaultInTheOrderOfTheProtocol() throws {
        let faults = try [
            (self.claim(tag: .message, version: "2"), ErrorCode.badEnvelope),
            (self.claim(version: "2", primary: "\"\(signer(2).primary)\""), .badType),
            (self.claim(primary: "\"\(signer(2).primary)\"").replacing("tudisco", with: "tudiscq"), .keyMismatch),
            (self.claim(server: "\"x\"").replacing("tudisco", with: "tudiscq"), .badSignature),
            (self.claim(handle: "\"A\"", server: "\"x\""), .wrongServer),
            (self.claim(handle: "\"A\"", createdAt: "\"2000-01-01T00:00:00Z\""), .badHandle),
            (self.claim(handle: "\"admin\"", createdAt: "\"2000-01-01T00:00:00Z\""), .reservedHandle),
        ]
        for (bytes, expected) in faults { #expect(try self.refusal(of: bytes) == expected) }
    }

    @Test func refusesOtherSignatureMembers() throws {
        let good = try self.claim()
        #expect(try self.refusal(of: good.replacing("ed25519-sha512-jcs", with: "rsa")) == .badEnvelope)
        let signature = Hex.encode(try SignedEnvelope(parsing: good).signature)
        for bad in [signature.uppercased(), String(signature.dropLast(2)), ""] {
            #expect(try self.refusal(of: good.replacing(signature, with: bad)) == .badEnvelope)
        }
        #expect(
            try self.refusal(of: good.replacing(signature, with: String(repeating: "0", count: 128))) == .badSignature)
    }

    @Test func refusesNumbersThatCannotBeSigned() throws {
        let payload = Array("{\"type\":\"t\",\"version\":1,\"n\":9007199254740992}".utf8)
        #expect(code { _ = try signer(1).sign(.message, payload: payload) } == .badEnvelope)
        let bytes = try self.claim(more: ",\"n\":9007199254740991").replacing("740991", with: "740993")
        #expect(try self.refusal(of: bytes) == .badEnvelope)
    }

    @Test func knowsAnEnvelopeAgainHoweverItIsLaidOut() throws {
        let bytes = try self.claim()
        let other = bytes.replacing("{\"kez\"", with: "{\"_extra\":1, \"kez\"")
        let one = try SignedEnvelope(parsing: bytes)
        let two = try SignedEnvelope(parsing: other)
        #expect(two.isSignatureValid)
        #expect(one.fingerprint == two.fingerprint)
        #expect(try one.digest() != two.digest())
    }

    @Test func verifiesLikeTheVectors() throws {
        for vector in try Vectors().list("signature_edge_cases") {
            let key = try #require(Primary(hex: vector.text("public")))
            let valid = try Ed25519.isValid(
                signature: vector.hex("signature"), of: vector.hex("message"), by: key.bytes)
            #expect(valid == (vector["libsodium"] as? Bool))
        }
    }

    @Test func refusesAForgeryUnderTheIdentityKey() throws {
        let key = "01" + String(repeating: "0", count: 62)
        let text = """
            {"kez":"message","payload":{"type":"kez.chat.message","version":1},\
            "signature":{"alg":"ed25519-sha512-jcs","key":"ed25519:\(key)",\
            "sig":"\(key)\(String(repeating: "0", count: 64))"}}
            """
        #expect(code { try SignedEnvelope(parsing: Array(text.utf8)).verify() } == .badSignature)
    }

    @Test func tellsUnsupportedFromBad() throws {
        let good = try self.claim()
        guard case .supported = EnvelopeReading(good) else {
            Issue.record("a registration is supported")
            return
        }
        let unsupported: [([UInt8], EnvelopeReading.Unsupported)] = try [
            (Array("{\"kez\":\"mls\"}".utf8), .tag("mls")), (self.claim(version: "2"), .version(2)),
            (
                self.claim(version: "1").replacing("\"version\":1", with: "\"version\":99999999999999999999"),
                .version(.max)
            ),
            (good.replacing("ed25519-sha512-jcs", with: "x"), .algorithm("x")),
        ]
        for (bytes, expected) in unsupported {
            guard case .unsupported(let found) = EnvelopeReading(bytes) else {
                Issue.record("not unsupported: \(bytes.text)")
                continue
            }
            #expect(found == expected)
        }
        for bytes in [
            [], Array("[]".utf8), Array("{\"a\":1}".utf8), try self.claim(type: "\"kez.chat.message\""),
            try self.claim(version: "0"), try self.claim(version: "1.5"),
        ] {
            guard case .bad = EnvelopeReading(bytes) else {
                Issue.record("not bad: \(bytes.text)")
                continue
            }
        }
    }
}
