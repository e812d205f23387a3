import Foundation
import KezTesting
import Testing

/// The program as a person types it.
@Suite struct CommandTests {
    @Test func twoPeopleTalk() async throws {
        let system = try await TestSystem()
        let url = ["--url", system.url]
        let registered = try await system.kez(["register", "alice"] + url, as: "alice")
        #expect(registered.status == 0, "\(registered.output)")
        #expect(registered.output.contains("registered alice@kez.test as ed25519:"))
        #expect(try await system.kez(["register", "bob"] + url, as: "bob").status == 0)

        let (listen, log) = try system.startKez(["listen", "--count", "2"], as: "bob")
        let sent = try await system.kez(["send", "bob", "hello"], as: "alice")
        #expect(sent.status == 0, "\(sent.output)")
        #expect(try await system.kez(["send", "bob", "over HTTP"] + url, as: "alice").status == 0)
        try await eventually("bob's listen has shown both and ended") { !listen.isRunning }
        let heard = try String(contentsOf: log, encoding: .utf8)
        #expect(heard.contains("alice: hello"))
        #expect(heard.contains("alice: over HTTP"))

        let inbox = try await system.kez(["inbox"], as: "bob")
        #expect(inbox.output.split(separator: "\n").count == 2)
        let json = try await system.kez(["inbox", "--json", "--limit", "1"] + url, as: "bob")
        #expect(json.output.contains(#""text":"hello""#))

        // A second run begins where the first stopped.
        #expect(try await system.kez(["send", "bob", "third"], as: "alice").status == 0)
        let again = try await system.kez(["listen", "--count", "1"], as: "bob")
        #expect(again.output.contains("alice: third"))
        #expect(!again.output.contains("hello"))
    }

    @Test func namesAndChains() async throws {
        let system = try await TestSystem()
        let url = ["--url", system.url]
        #expect(try await system.kez(["register", "alice"] + url, as: "alice").status == 0)
        let whoami = try await system.kez(["whoami"], as: "alice")
        #expect(whoami.output.contains("alice@kez.test"))
        let lookup = try await system.kez(["lookup", "alice"], as: "alice")
        #expect(lookup.output.contains("handle      alice@kez.test"))
        let append = try await system.kez(["sigchain", "append", #"{"kind":"profile","name":"Alice"}"#], as: "alice")
        #expect(append.output.contains("appended link 1"), "\(append.output)")
        let device = system.folder.file("phone.nk")
        #expect(try await system.kez(["keygen", device], as: "alice").status == 0)
        let added = try await system.kez(
            ["sigchain", "append", #"{"kind":"device_add","name":"phone","can":["send"]}"#, "--device-key", device]
                + url,
            as: "alice")
        #expect(added.output.contains("appended link 2"), "\(added.output)")
        let chain = try await system.kez(["sigchain", "show", "alice"], as: "alice")
        #expect(chain.output.contains("2 links, verified"))
        #expect(chain.output.contains("device_add"))
        #expect(try await system.kez(["release", "alice"] + url, as: "alice").status == 0)
        #expect(try await system.kez(["whoami"], as: "alice").output.contains("handle   none"))
    }

    @Test func statusShowsEverythingOnOnePage() async throws {
        let system = try await TestSystem()
        #expect(try await system.kez(["register", "alice", "--url", system.url], as: "alice").status == 0)
        let (listen, _) = try system.startKez(["listen"], as: "alice")
        let arguments = ["status", "--data", system.data, "--nats", system.natsURL]
        try await eventually("alice's connection is shown") {
            try await system.kez(arguments, as: "operator").output.contains("alice@kez.test")
        }
        let page = try await system.kez(arguments, as: "operator")
        #expect(page.status == 0, "\(page.output)")
        for part in ["kez-registry", "kez-inbox-worker", "kez-auth-callout", "kez-gateway", "KEZ_REGISTRY", "shards"] {
            #expect(page.output.contains(part), "\(part)")
        }
        let json = try await system.kez(arguments + ["--json"], as: "operator")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["healthy"] as? Bool == true)
        try await listen.stop(signal: SIGINT)
    }

    @Test func refusesWithASentenceAndAStatus() async throws {
        let system = try await TestSystem()
        _ = try await system.kez(["register", "carol", "--url", system.url], as: "carol")
        let cases: [([String], Int32, String)] = [
            (["register", "Bad Handle", "--url", system.url], 1, "handle"),
            (["register", "admin", "--url", system.url], 1, "reserved"),
            (["lookup", "nobody", "--as", "carol"], 1, "not_found"), (["send"], 64, "recipient"),
            (["nonsense"], 64, "nonsense"), (["send", "alice", "x", "--as", "nobody"], 1, "kez register nobody"),
            (["inbox", "--key", "/nonexistent"], 1, "/nonexistent"),
        ]
        for (arguments, status, words) in cases {
            let result = try await system.kez(arguments, as: "carol")
            #expect(result.status == status, "\(arguments): \(result.output)")
            #expect(result.output.contains(words), "\(arguments): \(result.output)")
            #expect(!result.output.contains("Fatal error"))
        }
    }

    @Test(arguments: [
        ["--bind", "nonsense"], ["--server", "not a domain"], ["--limit-http", "many"], ["--anonymous", "maybe"],
        ["--web-dir", "/nonexistent"], ["--log-level", "loud"], ["--trusted-proxies", "somewhere"],
        ["--nats-server", "/nonexistent"],
    ])
    func aValueThatCannotBeUsedStopsTheStart(option: [String]) async throws {
        let folder = try TemporaryFolder()
        let process = try ChildProcess(
            TestSystem.executable, ["up", "--data", folder.file("data")] + option,
            log: folder.url.appending(path: "log"))
        try await eventually("kez up ends") { !process.isRunning }
        #expect(try await process.stop() != 0)
        #expect(process.printed.contains(option[1]), "\(process.printed)")
    }
}
