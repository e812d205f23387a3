import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing
import kez

/// What `kez doctor` says of facts that a test makes up.
@Suite struct DoctorChecksTests {
    private static func levels(_ findings: [Finding]) -> [Finding.Level] { findings.map(\.level) }

    @Test func theDefaultLimitsDoNotContradictEachOther() {
        #expect(Self.levels(LimitChecks.findings(Limits())) == [.ok])
    }

    @Test(arguments: [
        ("envelope-bytes", "600000", Finding.Level.problem, "--limit-body-bytes"),
        ("signed-body-bytes", "600000", .warning, "--limit-signed-body-bytes"),
        ("header-bytes", "4096", .warning, "2048"),
        ("inbox-bytes", "1000", .problem, "--limit-inbox-bytes"), ("inbox-messages", "50", .warning, "one sender"),
        ("log-bytes", "1000", .problem, "--limit-log-bytes"), ("log-bytes", "1000000", .warning, "full inbox"),
        ("connections", "1", .problem, "--limit-connections"), ("tunnel-day-bytes", "1000", .problem, "a day"),
        ("tunnel-bytes", "1000,100", .warning, "15 s"), ("suspend-factor", "1", .warning, "--limit-suspend-factor"),
        ("suspend-unregistered", "3", .warning, "--limit-suspend-unregistered"),
        ("http", "off", .warning, "--limit-http"),
    ])
    func limitsThatContradictEachOther(name: String, value: String, level: Finding.Level, words: String) throws {
        var limits = Limits()
        try #require(LimitOption.all.first { $0.name == name }).set(value, in: &limits)
        let findings = LimitChecks.findings(limits)
        #expect(
            findings.contains { $0.level == level && "\($0.sentence) \($0.remedy ?? "")".contains(words) },
            "\(findings)")
        #expect(!findings.contains { $0.level == .ok })
    }

    private static func server(_ change: (inout BrokerChecks.Server) -> Void = { _ in }) -> BrokerChecks.Server {
        var server = BrokerChecks.Server()
        server.name = "kez"
        server.version = "2.10.27"
        server.listeners = [("clients", "127.0.0.1", 4222)]
        server.maximumPayload = 1 << 20
        server.maximumControlLine = 16 * 1024
        server.authorizationTimeout = 15
        server.hasJetStream = true
        server.syncsAlways = true
        change(&server)
        return server
    }

    private static func check(
        replicas: Int = 1, _ change: (inout BrokerChecks.Server) -> Void = { _ in }
    ) -> [Finding] {
        BrokerChecks.findings([Self.server(change)], limits: Limits(), replicas: replicas).filter { $0.level != .ok }
    }

    @Test func aBrokerAsItShouldBe() {
        #expect(Self.check().isEmpty)
        #expect(Self.check { $0.version = "2.15.1" }.isEmpty)
        #expect(Self.check { $0.version = "3.0.0-beta.1" }.isEmpty)
    }

    @Test func aBrokerThatIsNot() {
        #expect(Self.levels(Self.check { $0.version = "2.10.26" }) == [.problem])
        #expect(Self.levels(Self.check { $0.version = "2.9.30" }) == [.problem])
        #expect(Self.levels(Self.check { $0.version = "" }) == [.problem])
        #expect(Self.levels(Self.check { $0.syncsAlways = false }) == [.problem])
        #expect(Self.levels(Self.check(replicas: 3) { $0.syncsAlways = false }) == [.warning])
        #expect(Self.levels(Self.check { $0.hasJetStream = false }) == [.problem])
        #expect(Self.levels(Self.check { $0.maximumPayload = 65_536 }) == [.problem, .problem])
        #expect(Self.levels(Self.check { $0.maximumControlLine = 4096 }) == [.warning])
        #expect(Self.levels(Self.check { $0.authorizationTimeout = 2 }) == [.warning])
        #expect(Self.check { $0.listeners = [("monitoring", "0.0.0.0", 8222)] }.first?.subject == "open ports")
        #expect(Self.levels(Self.check { ($0.storage, $0.maximumStorage) = (90, 100) }) == [.warning])
        #expect(Self.levels(BrokerChecks.findings([], limits: Limits(), replicas: 1)) == [.problem])
        let two = [Self.server(), Self.server { $0.version = "2.15.1" }]
        #expect(
            BrokerChecks.findings(two, limits: Limits(), replicas: 1).contains { $0.sentence.contains("different") })
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::1", true), ("[::1]", true), ("0.0.0.0", false), ("::", false), ("10.0.0.1", false),
    ])
    func loopback(host: String, isLoopback: Bool) { #expect(Addresses.isLoopback(host) == isLoopback) }

    @Test func clocks() {
        #expect(Self.levels(ClockChecks.findings(distance: .milliseconds(40), isSynchronised: true)) == [.ok])
        #expect(Self.levels(ClockChecks.findings(distance: .seconds(-5), isSynchronised: nil)) == [.warning])
        #expect(Self.levels(ClockChecks.findings(distance: .seconds(-45), isSynchronised: true)) == [.problem])
        #expect(Self.levels(ClockChecks.findings(distance: nil, isSynchronised: false)) == [.warning])
    }

    @Test func machines() {
        #expect(Self.levels(MachineChecks.dataFolder("/d", mode: 0o700)) == [.ok])
        #expect(Self.levels(MachineChecks.dataFolder("/d", mode: 0o755)) == [.warning])
        #expect(Self.levels(MachineChecks.dataFolder("/d", mode: 0o777)) == [.problem])
        #expect(Self.levels(MachineChecks.dataFolder("/d", mode: nil)) == [.ok])
        #expect(MachineChecks.disk(of: "/d", free: 100 << 30, size: 200 << 30).level == .ok)
        #expect(MachineChecks.disk(of: "/d", free: 4 << 30, size: 20 << 30).level == .warning)
        #expect(MachineChecks.disk(of: "/d", free: 1 << 29, size: 20 << 30).level == .problem)
        #expect(MachineChecks.openFiles(1024, of: "it").level == .warning)
        #expect(MachineChecks.openFiles(65_536, of: "it").level == .ok)
    }

    @Test func services() {
        let running = [ServiceChecks.Instance(name: "a", version: "1"), .init(name: "b", version: "2")]
        #expect(Self.levels(ServiceChecks.findings([running[0]], expected: ["a"], version: "1")) == [.ok])
        #expect(Self.levels(ServiceChecks.findings([running[0]], expected: ["a", "b"], version: "1")) == [.problem])
        #expect(Self.levels(ServiceChecks.findings(running, expected: ["a", "b"], version: "1")) == [.warning])
    }

    @Test func settings() {
        let good = SettingChecks.Values(
            server: "chat.example.org", sigchainURL: "https://sig.example.org", internalHost: "127.0.0.1")
        #expect(Self.levels(SettingChecks.findings(good)) == [.ok])
        var bad = good
        bad.sigchainURL = "http://localhost:7878"
        #expect(Self.levels(SettingChecks.findings(bad)) == [.warning])
        bad = good
        bad.internalHost = "0.0.0.0"
        #expect(Self.levels(SettingChecks.findings(bad)) == [.warning])
        bad = good
        bad.trustsEveryone = true
        #expect(Self.levels(SettingChecks.findings(bad)) == [.problem])
    }

    @Test func keyFolders() {
        let whole = KeyFileChecks.whole
        func check(_ names: Set<String>, mode: Int? = 0o700, _ failures: [String: KeyFile.Failure] = [:]) -> [Finding] {
            KeyFileChecks.findings(.init(path: "/k", mode: mode, names: names, failures: failures))
        }
        #expect(Self.levels(check(whole)) == [.ok])
        #expect(Self.levels(check(whole.subtracting([DeploymentKeys.inviteFile]))) == [.ok])
        #expect(Self.levels(check(whole, mode: 0o755)) == [.warning])
        #expect(Self.levels(check([], mode: nil)) == [.problem])
        let open = check(whole, ["ops.nk": .tooOpen("/k/ops.nk")])
        #expect(open.first?.remedy?.contains("chmod 600 /k/ops.nk") == true)
        let unfinished = check(whole.union(["registry.old.nk", "issuer.next.nk"]))
        #expect(Self.levels(unfinished) == [.warning, .warning])
        #expect(unfinished.first?.sentence.contains("registry.old.nk") == true)
        // A role's own folder needs its own files and no others.
        #expect(KeyFileChecks.expected(of: ["gateway.nk"]).files == Set(RoleKeyFiles.gateway))
        #expect(KeyFileChecks.expected(of: ["gateway.nk", "ops.nk"]).role == nil)
        #expect(Self.levels(check(["worker.nk"])) == [.ok])
    }

    @Test func aReportCountsAndPutsTheWorstLast() {
        let report = DoctorReport([.problem("a", "bad.", do: "Mend it."), .ok("bb", "good.")])
        #expect(!report.isHealthy)
        #expect(
            report.page
                == "ok       bb  good.\nproblem  a   bad.\n             → Mend it.\n\n1 problem, 0 warnings, 1 fine")
        #expect(DoctorReport([.warning("a", "so so.", do: "Look.")]).isHealthy)
    }

    @Test func streamsAreComparedWithTheLimits() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.ops)
        let expected = ExpectedStreams(limits: Limits())
        var streams: [String: StreamInfo] = [:]
        for stream in expected.all { streams[stream.name] = try await JetStream(connection).streamInfo(stream.name) }
        await connection.close()
        #expect(Self.levels(StreamChecks.findings(streams, expected: expected, brokers: 1)) == [.ok])
        #expect(Self.levels(StreamChecks.findings(streams, expected: expected, brokers: 3)) == [.warning])
        #expect(Self.levels(StreamChecks.findings([:], expected: expected, brokers: 1)) == [.problem])
        var other = Limits()
        other.pairMessages = 5
        let different = StreamChecks.findings(streams, expected: ExpectedStreams(limits: other), brokers: 1)
        #expect(different.count == 16)
        #expect(different.first?.sentence.contains("max_msgs_per_subject is 100000, not 5") == true)
        streams[StreamNames.registry] = nil
        #expect(Self.levels(StreamChecks.findings(streams, expected: expected, brokers: 1)) == [.problem])
    }
}
