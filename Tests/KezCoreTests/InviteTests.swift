import KezCore
import Testing

@Suite struct InviteTests {
    private let key: EnvelopeSigner
    private let server: ServerName
    private let now: Timestamp
    private let ann: Handle

    init() throws {
        self.key = try signer(9)
        self.server = try #require(ServerName("kez.lat"))
        self.now = try time("2026-05-25T03:00:00.250Z")
        self.ann = try #require(Handle("ann"))
    }

    @Test func readsTheInviteItWrites() throws {
        for handle in [nil, self.ann] {
            for end in [nil, self.now.advanced(by: .seconds(60))] {
                let invite = Invite(server: self.server, handle: handle, expiresAt: end, createdAt: self.now)
                let text = try invite.text(signedBy: self.key)
                #expect(!text.contains("=") && !text.contains("+") && !text.contains("/"))
                let again = try Invite(text, signedBy: self.key.primary)
                #expect(again == invite)
                try again.require(self.ann, on: self.server, at: self.now)
            }
        }
        #expect(InviteID.random() != InviteID.random())
    }

    @Test func isASignedEnvelope() throws {
        let invite = Invite(server: self.server, createdAt: self.now)
        let bytes = try #require(base64URL(decoding: invite.text(signedBy: self.key)))
        let envelope = try SignedEnvelope(parsing: bytes)
        try envelope.require(.invite)
        try envelope.verify()
        #expect(envelope.type == "kez.chat.invite" && envelope.key == self.key.primary)
        #expect(envelope.payload["id"]?.string == invite.id.hex && envelope.payload["server"]?.string == "kez.lat")
        #expect(envelope.payload["handle"] == nil && envelope.payload["expires_at"] == nil)
    }

    @Test func refusesWhatIsNoInviteOfThisKey() throws {
        let invite = Invite(server: self.server, handle: self.ann, createdAt: self.now)
        let text = try invite.text(signedBy: self.key)
        let bytes = try #require(base64URL(decoding: text))
        let forged = bytes.replacing("\"ann\"", with: "\"bob\"")
        let otherTag = try HandleRegistration.sign(self.ann, server: self.server, createdAt: self.now, by: self.key)
        let later = try self.key.sign(
            .invite,
            payload: Array(
                "{\"type\":\"kez.chat.invite\",\"version\":2,\"id\":\"\(invite.id)\",\"server\":\"kez.lat\"}".utf8))
        let shortID = try self.key.sign(.invite) { writer in
            writer.member("id", "abc")
            writer.member("server", "kez.lat")
            writer.member("created_at", self.now)
        }
        let refused = [
            "", "x", text + "=", String(text.dropLast()), "{}", String(repeating: "A", count: 5000),
            try invite.text(signedBy: signer(8)), base64URL(forged), base64URL(otherTag),
            base64URL(later), base64URL(shortID), base64URL(Array("{}".utf8)),
        ]
        for text in refused {
            #expect(code { _ = try Invite(text, signedBy: self.key.primary) } == .badInvite, "\(text.prefix(20))")
        }
    }

    @Test func isForOneServerHandleAndTime() throws {
        let end = self.now.advanced(by: .seconds(60))
        let invite = Invite(server: self.server, handle: self.ann, expiresAt: end, createdAt: self.now)
        let (bob, other) = (try #require(Handle("bob")), try #require(ServerName("kez.example")))
        try invite.require(self.ann, on: self.server, at: end.advanced(by: .milliseconds(-1)))
        #expect(code { try invite.require(self.ann, on: self.server, at: end) } == .badInvite)
        #expect(code { try invite.require(bob, on: self.server, at: self.now) } == .badInvite)
        #expect(code { try invite.require(self.ann, on: other, at: self.now) } == .badInvite)
    }

    @Test func travelsInARegistration() throws {
        let door = ClaimDoor(server: self.server, reserved: ReservedHandles(), now: self.now)
        let person = try signer(1)
        for invite in [nil, "abc"] {
            let envelope = try HandleRegistration.sign(
                self.ann, server: self.server, createdAt: self.now, invite: invite, by: person)
            #expect(try HandleRegistration(checking: envelope, at: door).invite == invite)
        }
        let odd = try person.sign(.handleRegistration) { writer in
            writer.member("handle", "ann")
            writer.member("primary", person.primary)
            writer.member("server", "kez.lat")
            writer.member("created_at", self.now)
            writer.member("invite", 5)
        }
        #expect(try HandleRegistration(checking: odd, at: door).invite == "")
    }
}

/// RFC 4648 section 5 without padding, apart from the code under test.
private func base64URL(_ bytes: [UInt8]) -> String {
    String(Base64.encode(bytes).filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
}

private func base64URL(decoding text: String) -> [UInt8]? {
    let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    return Base64.decode(standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
}
