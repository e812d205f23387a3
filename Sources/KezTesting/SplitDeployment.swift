import Foundation

/// docker-compose.yml with two of each role, run by `Tests/Compose/compose-run`; ended with its last owner.
final class SplitDeployment: Sendable {
    struct Endpoints: Decodable {
        let http, sigchain, nats, monitor: String
    }

    /// Whether the environment asks for it: `KEZ_TEST_DEPLOYMENT=split`.
    static var isWanted: Bool { ProcessInfo.processInfo.environment["KEZ_TEST_DEPLOYMENT"] == "split" }

    let process: ChildProcess
    let endpoints: Endpoints
    /// Holds `keys/`, all of them.
    let data: String

    /// Starts it and waits until every service is healthy.
    ///
    /// - Parameter options: of `kez up`; here there must be none.
    init(folder: TemporaryFolder, options: [String]) async throws {
        guard options.isEmpty else { throw TestFailure("options of `kez up` have no meaning here: \(options)") }
        let state = folder.file("split")
        self.data = "\(state)/volumes/keys"
        let process = try ChildProcess(
            ProjectFiles.path("Tests/Compose/compose-run"),
            [
                "up", state, "--balance", "--with-parent", "--scale", "auth-callout=2", "--scale", "registry=2",
                "--scale",
                "inbox-worker=2", "--scale", "gateway=2", "--set", "KEZ_CHAT_SERVER=\(TestSystem.server)", "--set",
                "KEZ_LIMIT_REGISTRATIONS=off", "--set", "KEZ_LIMIT_HTTP=off",
            ],
            environment: ["KEZ_BINARY": TestSystem.executable, "NATS_SERVER": TestBroker.executable],
            log: folder.url.appending(path: "split.log"), lastSignal: SIGTERM)
        let found = LockedBox<Endpoints?>(nil)
        try await eventually("the split deployment is healthy", within: .seconds(120)) {
            guard process.isRunning else { throw TestFailure("compose-run ended: \(process.printed.suffix(2000))") }
            let line = process.printed.split(separator: "\n").last { $0.hasPrefix(#"{"ready""#) }
            found.value = try line.map { try JSONDecoder().decode(Endpoints.self, from: Data($0.utf8)) }
            return line != nil
        }
        guard let endpoints = found.value else { throw TestFailure("compose-run named no endpoints") }
        self.process = process
        self.endpoints = endpoints
    }
}
