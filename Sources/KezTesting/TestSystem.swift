package import Foundation
private import FoundationNetworking

/// A whole server as a person runs it: the `kez up` program on a folder and ports of its own.
///
/// With `KEZ_TEST_DEPLOYMENT=split` it is the split deployment instead, two of each role (`SplitDeployment`); tests
/// that look into the one process or its broker need `kez up`.
package final class TestSystem: Sendable {
    package struct Ports: Sendable {
        package let http, `internal`, sigchain, nats, websocket, monitor: Int

        init(_ ports: [Int]) {
            (self.http, self.internal, self.sigchain) = (ports[0], ports[1], ports[2])
            (self.nats, self.websocket, self.monitor) = (ports[3], ports[4], ports[5])
        }
    }

    package static let server = "kez.test"

    package let folder: TemporaryFolder
    package let ports: Ports
    private let options: [String]
    private let split = LockedBox<SplitDeployment?>(nil)
    private let running = LockedBox<ChildProcess?>(nil)

    /// The program under test: `KEZ_BINARY`, or the one this build made.
    package static var executable: String {
        ProcessInfo.processInfo.environment["KEZ_BINARY"] ?? ProjectFiles.path(".build/debug/kez")
    }

    /// Starts a server and waits until it is healthy.
    ///
    /// - Parameter options: further arguments of `kez up`.
    package init(_ options: [String] = []) async throws {
        self.folder = try TemporaryFolder("system")
        self.ports = Ports(try FreePorts.take(6))
        self.options = options
        try await self.start()
    }

    deinit {
        guard let process = self.running.value else { return self.endBroker() }
        // The runner ends its processes; `kez up` leaves only the broker behind.
        process.send(signal: self.split.value == nil ? SIGKILL : SIGTERM)
        self.endBroker()
    }

    package var url: String { self.split.value?.endpoints.http ?? "http://127.0.0.1:\(self.ports.http)" }
    package var natsURL: String { self.split.value?.endpoints.nats ?? "nats://127.0.0.1:\(self.ports.nats)" }
    /// The folder with the deployment's keys; under `kez up` everything else is in it too.
    package var data: String { self.split.value?.data ?? self.folder.file("data") }
    package var log: String { (try? String(contentsOfFile: self.folder.file("kez.log"), encoding: .utf8)) ?? "" }
    package var pid: Int32 { self.running.value?.pid ?? 0 }
    package var isRunning: Bool { self.running.value?.isRunning ?? false }

    /// The broker's process, which outlives a killed `kez up`.
    package var brokerPID: Int32? {
        let text = try? String(contentsOfFile: "\(self.data)/nats.pid", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    package func start(waiting: Bool = true) async throws {
        guard !SplitDeployment.isWanted else {
            guard waiting else { throw TestFailure("the split deployment is always waited for") }
            let split = try await SplitDeployment(folder: self.folder, options: self.options)
            self.split.value = split
            self.running.value = split.process
            return
        }
        let process = try ChildProcess(
            Self.executable,
            [
                "up", "--data", self.data, "--server", Self.server, "--bind", "127.0.0.1:\(self.ports.http)",
                "--internal-bind", "127.0.0.1:\(self.ports.internal)", "--sigchain-bind",
                "127.0.0.1:\(self.ports.sigchain)", "--nats-listen", "127.0.0.1:\(self.ports.nats)",
                "--nats-websocket-listen", "127.0.0.1:\(self.ports.websocket)", "--nats-monitor-listen",
                "127.0.0.1:\(self.ports.monitor)", "--nats-server", TestBroker.executable, "--limit-registrations",
                "off",
                "--limit-http", "off",
            ] + self.options, log: self.folder.url.appending(path: "kez.log"))
        self.running.value = process
        guard waiting else { return }
        try await eventually("kez up is healthy", within: .seconds(60)) {
            guard process.isRunning else { throw TestFailure("kez up ended: \(process.printed.suffix(2000))") }
            return await self.isHealthy()
        }
    }

    /// Stops the server; with SIGKILL the broker goes on.
    @discardableResult
    package func stop(signal: Int32 = SIGTERM) async throws -> Int32 {
        guard let process = self.running.value else { return 0 }
        let status = try await process.stop(signal: signal)
        self.running.value = nil
        return status
    }

    package func send(signal: Int32) { self.running.value?.send(signal: signal) }

    package func isHealthy() async -> Bool { (try? await self.get("/v1/healthz"))?.status == 200 }

    /// One HTTP request.
    package func get(_ path: String, headers: [String: String] = [:]) async throws -> (status: Int, body: Data) {
        try await self.request("GET", path, headers: headers)
    }

    package func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: Data? = nil
    ) async throws -> (status: Int, body: Data) {
        guard let url = URL(string: self.url + path) else { throw TestFailure("not a path: \(path)") }
        var request = URLRequest(url: url, timeoutInterval: 30)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }

    /// What the broker tells of itself.
    package func monitor(_ path: String) async throws -> Data {
        let base = self.split.value?.endpoints.monitor ?? "http://127.0.0.1:\(self.ports.monitor)"
        guard let url = URL(string: base + path) else { throw TestFailure(path) }
        return try await URLSession.shared.data(from: url).0
    }

    /// Runs a command of the client program with a home folder of `person`.
    ///
    /// - Returns: exit status and what it printed, both streams.
    package func kez(
        _ arguments: [String], as person: String, deadline: Duration = .seconds(30)
    ) async throws -> (status: Int32, output: String) {
        let (process, log) = try self.startKez(arguments, as: person)
        try await eventually("kez \(arguments.first ?? "") ends", within: deadline) { !process.isRunning }
        return (try await process.stop(), (try? String(contentsOf: log, encoding: .utf8)) ?? "")
    }

    /// Starts a command that runs on, such as `listen`.
    package func startKez(
        _ arguments: [String], as person: String, input: FileHandle? = nil, output: FileHandle? = nil
    ) throws -> (process: ChildProcess, log: URL) {
        let log = self.folder.url.appending(path: "\(person)-\(UUID().uuidString).out")
        let process = try ChildProcess(
            Self.executable, arguments,
            environment: [
                "KEZ_HOME": self.folder.file("home-\(person)"), "KEZ_CHAT_SERVER": Self.server,
                "KEZ_NATS_URL": self.natsURL, "KEZ_URL": "",
            ], log: log, input: input, output: output)
        return (process, log)
    }

    private func endBroker() {
        guard let pid = self.brokerPID,
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
            line.range(of: Data("\(self.data)/nats.conf".utf8)) != nil
        else { return }
        kill(pid, SIGKILL)
    }
}
