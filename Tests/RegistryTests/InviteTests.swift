import GRDB
import KezCore
import KezRuntime
import KezTesting
import Testing

@testable import Registry

/// Who may register at all: open, by invite, closed.
@Suite(.serialized) struct InviteTests {
    private static func bench(_ mode: RegistrationMode) async throws -> RegistryBench {
        var bench = try await RegistryBench()
        bench.registration = mode
        return bench
    }

    @Test func anInviteLetsOneIn() async throws {
        let bench = try await Self.bench(.invite)
        try await bench.replica { replica in
            let (ann, bob) = (bench.person(), bench.person())
            let without = try await refusal { try await replica.register(ann.registration("ann")) }
            #expect(without?.code == .inviteRequired && without?.status == 403)
            let invite = try bench.invite(for: "ann")
            let other = try await refusal { try await replica.register(bob.registration("bob", invite: invite)) }
            #expect(other?.code == .badInvite && other?.status == 403)
            let claim = try ann.registration("ann", invite: invite)
            #expect(try await replica.register(claim).handle.text == "ann")
            // A lost answer: `replayed` before anything of the invite.
            #expect(try await refusal { try await replica.register(claim) }?.code == .replayed)
            // Used, and told so before anything of the handle.
            let used = try await refusal { try await replica.register(bob.registration("ann", invite: invite)) }
            #expect(used?.code == .inviteUsed && used?.status == 409)
            // Also after a release.
            _ = try await replica.release(ann.release("ann"))
            let again = try await refusal {
                try await replica.register(ann.registration("ann", mark: 1, invite: invite))
            }
            #expect(again?.code == .inviteUsed)
            _ = try await replica.register(ann.registration("ann", mark: 2, invite: bench.invite()))
            // A refused claim uses nothing up.
            let spare = try bench.invite()
            #expect(
                try await refusal { try await replica.register(bob.registration("ann", invite: spare)) }?.code
                    == .handleTaken)
            _ = try await replica.register(bob.registration("bob", invite: spare))
            #expect(try await replica.replica.statistics().json["invites"]?.unsigned == 3)
        }
    }

    @Test func refusesOtherInvites() async throws {
        let bench = try await Self.bench(.invite)
        try await bench.replica { replica in
            let ann = bench.person()
            let foreign = try Invite(server: bench.server, createdAt: now()).text(signedBy: ann.signer)
            let elsewhere = try Invite(server: #require(ServerName("else.test")), createdAt: now())
                .text(signedBy: bench.inviteKey)
            let expired = try Invite(
                server: bench.server, expiresAt: now().advanced(by: .seconds(-1)), createdAt: now()
            ).text(signedBy: bench.inviteKey)
            for invite in [foreign, elsewhere, expired, "", "nonsense"] {
                let error = try await refusal { try await replica.register(ann.registration("ann", invite: invite)) }
                #expect(error?.code == .badInvite)
            }
            // After the checks of the claim itself.
            let reserved = try await refusal { try await replica.register(ann.registration("admin")) }
            #expect(reserved?.code == .reservedHandle)
        }
    }

    @Test func aClosedServerLetsNobodyIn() async throws {
        let open = try await Self.bench(.open)
        let ann = open.person()
        let claim = try ann.registration("ann")
        try await open.replica { replica in
            // Ignored where nobody asks for it, used up neither.
            let invite = try open.invite()
            _ = try await replica.register(open.person().registration("eve", invite: invite))
            _ = try await replica.register(open.person().registration("eva", invite: invite))
            _ = try await replica.register(open.person().registration("ava", invite: "nonsense"))
            _ = try await replica.register(claim)
        }
        var closed = open
        closed.registration = .closed
        try await closed.replica { [closed] replica in
            let invited = try closed.person().registration("bob", invite: closed.invite())
            let error = try await refusal { try await replica.register(invited) }
            #expect(error?.code == .registrationClosed && error?.status == 403)
            #expect(try await refusal { try await replica.register(claim) }?.code == .replayed)
            // Whoever is in stays, and may go.
            #expect(try await replica.lookup("ann").primary == ann.primary)
            _ = try await replica.release(ann.release("ann"))
        }
    }

    @Test func ofFiftyClaimsWithOneInviteOneWins() async throws {
        let bench = try await Self.bench(.invite)
        try await bench.serving(["a", "b"]) { caller in
            let invite = try bench.invite()
            let claims = try (0..<50).map { try bench.person().registration("user\($0)", invite: invite) }
            let outcomes = try await withThrowingTaskGroup(of: KezError?.self) { group in
                for claim in claims { group.addTask { try await refusal { try await caller.insist(claim) } } }
                return try await group.reduce(into: [KezError?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.compactMap { $0 }.allSatisfy { $0.code == .inviteUsed })
        }
        // A replay knows it too.
        try await bench.replica("fresh") { replica in
            let counts = try await replica.replica.view.pool.read { database in
                [
                    try RegistryQueries(database).handleCount(),
                    try Int.fetchOne(database, sql: "SELECT count(*) FROM invites"),
                ]
            }
            #expect(counts == [1, 1])
        }
    }

    @Test(arguments: RegistrationMode.allCases)
    func withoutAKeyNoInviteIsGood(mode: RegistrationMode) throws {
        let (server, handle) = (try #require(ServerName("kez.test")), try #require(Handle("ann")))
        let text = try Invite(server: server, createdAt: now()).text(signedBy: Person(server).signer)
        let pass = RegistrationPass(text, for: handle, mode, key: nil, server: server, now: now())
        switch (mode, pass) {
        case (.open, .free): break
        case (.closed, .refused(let error)): #expect(error.code == .registrationClosed)
        case (.invite, .refused(let error)): #expect(error.code == .badInvite)
        default: Issue.record("\(mode): \(pass)")
        }
    }
}

extension RegistryBench {
    func invite(for handle: String? = nil) throws -> String {
        try Invite(server: self.server, handle: handle.flatMap { Handle($0) }, createdAt: now())
            .text(signedBy: self.inviteKey)
    }
}

extension Person {
    func registration(_ handle: String, mark: Int = 0, invite: String) throws -> [UInt8] {
        try self.signer.sign(.handleRegistration) { writer in
            writer.member("handle", handle)
            writer.member("primary", self.primary)
            writer.member("server", self.server.text)
            writer.member("created_at", now())
            writer.member("mark", mark)
            writer.member("invite", invite)
        }
    }
}
