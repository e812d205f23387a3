import Foundation
import KezTesting
import Testing

/// The operator's commands on a running server.
@Suite struct OperatorTests {
    private static func place(_ system: TestSystem) -> [String] { ["--data", system.data, "--nats", system.natsURL] }

    private static func register(_ handle: String, on system: TestSystem) async throws {
        let result = try await system.kez(["register", handle, "--url", system.url], as: handle)
        guard result.status == 0 else { throw TestFailure(result.output) }
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func aSuspendedPersonReadsAndSeesWhyAndSendsAgainAfterwards() async throws {
        let system = try await TestSystem()
        let place = Self.place(system)
        for handle in ["alice", "mallory"] { try await Self.register(handle, on: system) }
        #expect(try await system.kez(["send", "mallory", "before"], as: "alice").status == 0)
        #expect(try await system.kez(["ban", "list"] + place, as: "operator").output.contains("nobody is suspended"))

        let arguments = ["suspend", "mallory", "--reason", "Floods the rooms.", "--for", "1h"] + place
        let suspended = try await system.kez(arguments, as: "operator")
        #expect(suspended.status == 0, "\(suspended.output)")
        #expect(suspended.output.contains("suspended mallory (ed25519:"))
        for door in [[], ["--url", system.url]] {
            let sent = try await system.kez(["send", "alice", "still here"] + door, as: "mallory")
            #expect(sent.status == 1, "\(sent.output)")
            #expect(sent.output.contains("Floods the rooms."), "\(sent.output)")
            let inbox = try await system.kez(["inbox"] + door, as: "mallory")
            #expect(inbox.status == 0, "\(inbox.output)")
            #expect(inbox.output.contains("before"), "\(inbox.output)")
        }
        let list = try await system.kez(["ban", "list"] + place, as: "operator")
        #expect(list.output.contains("mallory (ed25519:"))
        #expect(list.output.contains("by the operator  Floods the rooms."), "\(list.output)")
        let json = try Self.object(try await system.kez(["ban", "list", "--json"] + place, as: "operator").output)
        #expect(json["handle"] as? String == "mallory")
        #expect(json["until"] is String)
        #expect(json["automatic"] as? Bool == false)
        let status = try await system.kez(["status"] + place, as: "operator")
        #expect(status.output.contains("1 suspended"), "\(status.output)")

        // By the key as well, and telling a second time that there was nothing to end.
        let key = try #require(json["primary"] as? String)
        #expect(try await system.kez(["unsuspend", key] + place, as: "operator").output.contains("may send again"))
        let again = try await system.kez(["unsuspend", "mallory"] + place, as: "operator")
        #expect(again.status == 0)
        #expect(again.output.contains("was not suspended"))
        let sent = try await system.kez(["send", "alice", "sorry"], as: "mallory")
        #expect(sent.status == 0, "\(sent.output)")
    }

    @Test func whatTheOperatorTypesWrongIsToldInWords() async throws {
        let system = try await TestSystem()
        let place = Self.place(system)
        let cases: [([String], Int32, String)] = [
            (["suspend", "nobody", "--reason", "x"], 1, "not_found"), (["unsuspend", "nobody"], 1, "not_found"),
            (["suspend", "mallory"], 64, "--reason"), (["suspend", "No One", "--reason", "x"], 64, "No One"),
            (["suspend", "mallory", "--reason", ""], 1, "reason"),
            (["suspend", "mallory", "--reason", "x", "--for", "soon"], 64, "soon"),
            (["invite", "--count", "0"], 64, "--count"), (["invite", "--expires", "later"], 64, "later"),
            (["invite", "--handle", "x y"], 1, "bad_handle"),
            (["invite", "--handle", "bob", "--count", "2"], 64, "--handle"),
        ]
        for (arguments, status, words) in cases {
            let place = arguments[0] == "invite" ? ["--data", system.data] : place
            let result = try await system.kez(arguments + place, as: "operator")
            #expect(result.status == status, "\(arguments): \(result.output)")
            #expect(result.output.contains(words), "\(arguments): \(result.output)")
        }
        let nowhere = try await system.kez(
            ["ban", "list", "--data", system.data, "--nats", "nats://127.0.0.1:1"], as: "operator")
        #expect(nowhere.status == 75, "\(nowhere.output)")
        let keyless = try await system.kez(
            ["ban", "list", "--keys", "/nonexistent", "--nats", system.natsURL], as: "operator")
        #expect(keyless.status == 1)
        #expect(keyless.output.contains("/nonexistent/ops.nk"))
    }

    @Test func anInviteLetsOnePersonIn() async throws {
        let system = try await TestSystem(["--registration", "invite"])
        let (url, data) = (["--url", system.url], ["--data", system.data])
        let refused = try await system.kez(["register", "alice"] + url, as: "alice")
        #expect(refused.status == 1)
        #expect(refused.output.contains("invite_required"), "\(refused.output)")
        let made = try await system.kez(["invite", "--count", "2"] + data, as: "operator")
        let invites = made.output.split(separator: "\n").map(String.init)
        #expect(invites.count == 2)
        #expect(Set(invites).count == 2)
        let first = try #require(invites.first)
        let registered = try await system.kez(["register", "alice", "--invite", first] + url, as: "alice")
        #expect(registered.status == 0, "\(registered.output)")
        let second = try await system.kez(["register", "bob", "--invite", first] + url, as: "bob")
        #expect(second.status == 1)
        #expect(second.output.contains("invite_used"), "\(second.output)")
        let json = try Self.object(
            try await system.kez(
                ["invite", "--handle", "carol", "--expires", "never", "--json"] + data, as: "operator"
            ).output)
        #expect(json["handle"] as? String == "carol")
        #expect(json["expires_at"] is NSNull)
        let hers = try #require(json["invite"] as? String)
        let other = try await system.kez(["register", "dave", "--invite", hers] + url, as: "dave")
        #expect(other.output.contains("bad_invite"), "\(other.output)")
        #expect(try await system.kez(["register", "carol", "--invite", hers] + url, as: "carol").status == 0)
    }

    @Test func doctorFindsWhatIsWrongAndSaysWhatToDo() async throws {
        let system = try await TestSystem()
        // The limits that TestSystem gives `kez up`.
        let arguments = ["doctor", "--server", TestSystem.server] + Self.place(system)
        let well = try await system.kez(arguments, as: "operator")
        #expect(well.status == 0, "\(well.output)")
        for part in [
            "key files", "data folder", "disk", "open files", "clock", "broker", "open ports", "streams", "services",
        ] {
            #expect(well.output.contains(part), "\(part): \(well.output)")
        }
        #expect(well.output.contains("0 problems"))
        let monitor = try await system.kez(
            arguments + ["--nats-monitor", "http://127.0.0.1:\(system.ports.monitor)"], as: "operator")
        #expect(monitor.status == 0, "\(monitor.output)")

        let file = "\(system.data)/keys/eraser.nk"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let open = try await system.kez(arguments, as: "operator")
        #expect(open.status == 1)
        #expect(open.output.contains("chmod 600 \(file)"), "\(open.output)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)

        let limits = try await system.kez(arguments + ["--limit-pair-messages", "7", "--json"], as: "operator")
        #expect(limits.status == 1)
        let report = try Self.object(limits.output)
        #expect(report["healthy"] as? Bool == false)
        #expect(report["problems"] as? Int == 16)
        let unusable = try await system.kez(arguments + ["--limit-http", "many"], as: "operator")
        #expect(unusable.status == 1)
        #expect(unusable.output.contains("--limit-http"), "\(unusable.output)")

        // A broker that is away is a finding, and everything else is still looked at.
        try await system.stop()
        let away = try await system.kez(arguments, as: "operator")
        #expect(away.status == 1)
        #expect(away.output.contains("It cannot be asked"), "\(away.output)")
        #expect(away.output.contains("key files"))
    }

    @Test func statusTellsOfShardsAndPeople() async throws {
        let system = try await TestSystem()
        for handle in ["alice", "bob"] { try await Self.register(handle, on: system) }
        #expect(try await system.kez(["send", "bob", "one"], as: "alice").status == 0)
        // A folder with the operator's two keys is enough.
        let keys = system.folder.file("operator-keys")
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        for name in ["ops.nk", "admin.nk"] {
            try FileManager.default.copyItem(atPath: "\(system.data)/keys/\(name)", toPath: "\(keys)/\(name)")
        }
        let arguments = ["status", "--keys", keys, "--nats", system.natsURL, "--server", TestSystem.server]
        let page = try await system.kez(arguments, as: "operator")
        #expect(page.status == 0, "\(page.output)")
        for part in ["handles 2", "16 of 16 shards ready", "position 1", "0 behind", "0 suspended", "allowed"] {
            #expect(page.output.contains(part), "\(part): \(page.output)")
        }
        let json = try Self.object(try await system.kez(arguments + ["--json"], as: "operator").output)
        #expect(json["suspended"] as? Int == 0)
        #expect((json["not_ready"] as? [String])?.isEmpty == true)
        let services = try #require(json["services"] as? [[String: Any]])
        let callout = try #require(services.first { $0["name"] as? String == "kez-auth-callout" })
        #expect(callout["data"] is [String: Any])
    }
}
