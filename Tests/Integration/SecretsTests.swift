import Foundation
import KezTesting
import Testing

/// Where secrets must not be.
@Suite struct SecretsTests {
    @Test func keysAreForTheirOwnerAlone() async throws {
        let system = try await TestSystem()
        #expect(try await system.kez(["register", "alice", "--url", system.url], as: "alice").status == 0)
        for folder in ["\(system.data)/keys", system.folder.file("home-alice/keys")] {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!files.isEmpty)
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
            }
        }
    }

    @Test func noSeedIsInLogsConfigurationOrArguments() async throws {
        let system = try await TestSystem(["--log-level", "trace"])
        #expect(try await system.kez(["register", "alice", "--url", system.url], as: "alice").status == 0)
        #expect(try await system.kez(["send", "alice", "the plain words"], as: "alice").status == 0)
        var secrets: [String] = ["the plain words"]
        for folder in ["\(system.data)/keys", system.folder.file("home-alice/keys")] {
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                secrets.append(text.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        var places = [system.log]
        for name in ["nats.log", "nats.conf"] {
            places.append((try? String(contentsOfFile: "\(system.data)/\(name)", encoding: .utf8)) ?? "")
        }
        for pid in [system.pid, system.brokerPID ?? 0] {
            places.append(
                String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data(), as: UTF8.self))
        }
        for secret in secrets { for place in places { #expect(!place.contains(secret)) } }
    }

    @Test func aKeyFileThatOthersCanReadIsRefused() async throws {
        let system = try await TestSystem()
        #expect(try await system.kez(["register", "alice", "--url", system.url], as: "alice").status == 0)
        let key = system.folder.file("home-alice/keys/alice@kez.test.nk")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let result = try await system.kez(["whoami"], as: "alice")
        #expect(result.status == 1)
        #expect(result.output.contains("chmod 600"))
    }
}
