import Foundation
import KezTesting
import Testing

/// `kez keys` and `kez request` as an operator types them.
@Suite struct KeysCommandTests {
    private let folder: TemporaryFolder

    init() throws { self.folder = try TemporaryFolder("keys-command") }

    private func kez(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let log = self.folder.url.appending(path: "\(UUID().uuidString).out")
        let process = try ChildProcess(
            TestSystem.executable, arguments, environment: ["KEZ_DATA": self.folder.file("data")], log: log)
        let status = try await {
            try await eventually("kez ends") { !process.isRunning }
            return try await process.stop()
        }()
        return (status, process.printed)
    }

    @Test func rolesAndTheBrokerAreGivenWhatChanges() async throws {
        let roles = self.folder.file("roles")
        let place = ["--roles", roles]
        #expect(try await self.kez(["init"] + place).status == 0)
        func configuration() throws -> String {
            try String(contentsOfFile: self.folder.file("data/nats.conf"), encoding: .utf8)
        }
        let before = try configuration()
        #expect(try await self.kez(["keys", "next", "registry", "issuer"]).status == 0)
        let next = try await self.kez(["init"] + place)
        #expect(next.output.contains("wrote \(roles)/auth-callout/issuer.next.nk"), "\(next.output)")
        #expect(!next.output.contains("registry.next.nk"), "a role is given the key in use alone")
        let both = try configuration()
        #expect(both.components(separatedBy: "nkey:").count == before.components(separatedBy: "nkey:").count + 1)
        #expect(try await self.kez(["keys", "switch", "registry", "issuer"]).status == 0)
        let switched = try await self.kez(["init"] + place)
        #expect(switched.output.contains("wrote \(roles)/registry/registry.nk"), "\(switched.output)")
        #expect(switched.output.contains("removed \(roles)/auth-callout/issuer.next.nk"), "\(switched.output)")
        #expect(switched.output.contains("wrote \(roles)/auth-callout/issuer.old.nk"), "\(switched.output)")
        #expect(try await self.kez(["keys", "retire", "registry", "issuer"]).status == 0)
        #expect(try await self.kez(["init"] + place).output.contains("removed \(roles)/auth-callout/issuer.old.nk"))
        #expect(
            try configuration().components(separatedBy: "nkey:").count == before.components(separatedBy: "nkey:").count)
        #expect(try await self.kez(["init"] + place).output.contains("nothing to do"))
    }

    @Test func whatIsTypedWrongIsToldInWords() async throws {
        #expect(try await self.kez(["init"]).status == 0)
        for (arguments, status, words) in [
            (["keys", "next", "nobody"], 64, "nobody"), (["keys", "next"], 64, "names"),
            (["keys", "switch", "worker"], 1, "kez keys next worker"), (["keys", "replace", "issuer"], 64, "issuer"),
            (["provision", "--replicas", "2"], 64, "1, 3 or 5"),
        ] as [([String], Int32, String)] {
            let result = try await self.kez(arguments)
            #expect(result.status == status, "\(arguments): \(result.output)")
            #expect(result.output.contains(words), "\(arguments): \(result.output)")
        }
    }

    @Test func nobodyChangesKeysOfARunningServer() async throws {
        let system = try await TestSystem()
        let result = try await system.kez(["keys", "next", "worker", "--data", system.data], as: "operator")
        #expect(result.status == 1)
        #expect(result.output.contains("Another kez runs"), "\(result.output)")
    }

    @Test func aRawRequestPrintsWhatAnswers() async throws {
        let system = try await TestSystem()
        let place = ["--data", system.data, "--nats", system.natsURL]
        let services = try await system.kez(["request", "--all", "$SRV.PING"] + place, as: "operator")
        #expect(services.status == 0)
        for name in ["kez-registry", "kez-inbox-worker", "kez-auth-callout", "kez-gateway"] {
            #expect(services.output.contains("\"name\":\"\(name)\""), "\(services.output)")
        }
        let stream = try await system.kez(["request", "$JS.API.STREAM.INFO.KEZ_LOG_a"] + place, as: "operator")
        #expect(stream.status == 0)
        #expect(stream.output.contains("\"max_msgs_per_subject\":100000"))
        let missing = try await system.kez(["request", "$JS.API.STREAM.INFO.NOBODY"] + place, as: "operator")
        #expect(missing.status == 1)
        #expect(missing.output.contains("stream not found"))
        let admin = ["request", "--as", "admin", "--all", "$SYS.REQ.SERVER.PING.VARZ"]
        #expect(try await system.kez(admin + place, as: "operator").output.contains("\"sync_always\":true"))
        let silent = try await system.kez(["request", "--all", "$SRV.PING.nobody"] + place, as: "operator")
        #expect(silent.status == 1)
        #expect(silent.output.contains("nobody answered"), "\(silent.output)")
        // The operator's login reads; it changes no stream.
        let purge = try await system.kez(["request", "$JS.API.STREAM.PURGE.KEZ_LOG_a"] + place, as: "operator")
        #expect(purge.status != 0, "\(purge.output)")
    }
}
