import Foundation
import Synchronization

/// A real nats-server of a test's own, on free ports, in a temporary folder.
package final class TestBroker: Sendable {
    private struct Ports: Decodable {
        let nats: [String]?
        let monitoring: [String]?
        let websocket: [String]?
    }

    private final class Running: Sendable {
        let process: ChildProcess
        init(_ process: ChildProcess) { self.process = process }
    }

    package let folder: TemporaryFolder
    private let running = LockedBox<Running?>(nil)
    private let ports = LockedBox<(nats: Int, monitor: Int?)>((0, nil))
    private let configuration: String

    /// The broker that tests run: `NATS_SERVER`, or the pinned one that set-up unpacked.
    package static var executable: String {
        ProcessInfo.processInfo.environment["NATS_SERVER"] ?? ProjectFiles.path(".tools/bin/nats-server")
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - jetStream: whether it stores streams, synced to disk at each write.
    ///   - configuration: more of nats-server's configuration.
    package init(jetStream: Bool = true, configuration: String = "") async throws {
        self.folder = try TemporaryFolder("broker")
        let store = jetStream ? "jetstream { store_dir: \"\(self.folder.file("store"))\", sync_interval: always }\n" : ""
        self.configuration = store + configuration
        try await self.start()
    }

    deinit { self.running.value?.process.send(signal: SIGKILL) }

    package var url: String { "nats://127.0.0.1:\(self.ports.value.nats)" }
    package var port: Int { self.ports.value.nats }
    package var pid: Int32 { self.running.value?.process.pid ?? 0 }
    package var log: String { (try? String(contentsOfFile: self.folder.file("broker.log"), encoding: .utf8)) ?? "" }

    /// Starts it, on the port it had before if it had one.
    package func start() async throws {
        let known = self.ports.value.nats
        let config = self.folder.file("nats.conf")
        try self.configuration.write(toFile: config, atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            Self.executable,
            ["-c", config, "-a", "127.0.0.1", "-p", known == 0 ? "-1" : "\(known)", "--ports_file_dir", self.folder.url.path],
            log: self.folder.url.appending(path: "broker.log"))
        self.running.value = Running(process)
        let file = self.folder.file("nats-server_\(process.pid).ports")
        try await eventually("nats-server writes \(file)") {
            guard process.isRunning else { throw TestFailure("nats-server ended: \(process.printed.suffix(500))") }
            guard let data = FileManager.default.contents(atPath: file),
                let ports = try? JSONDecoder().decode(Ports.self, from: data),
                let url = ports.nats?.first.flatMap(URL.init(string:)), let port = url.port
            else { return false }
            self.ports.value = (port, ports.monitoring?.first.flatMap(URL.init(string:))?.port)
            return true
        }
    }

    package func stop(signal: Int32 = SIGTERM) async throws {
        guard let process = self.running.value?.process else { return }
        self.running.value = nil
        try await process.stop(signal: signal)
    }

    package func send(signal: Int32) { self.running.value?.process.send(signal: signal) }
}

/// A value behind a lock.
package final class LockedBox<Value: Sendable>: Sendable {
    private let lock: Mutex<Value>

    package init(_ value: Value) { self.lock = Mutex(value) }

    package var value: Value {
        get { self.lock.withLock { $0 } }
        set { self.lock.withLock { $0 = newValue } }
    }

    package func update<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        self.lock.withLock { body(&$0) }
    }
}
