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
    /// Ports of the configuration's own listeners: clients, monitoring, WebSocket.
    package let listeners: [Int]
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
        self.listeners = []
        let store =
            jetStream ? "jetstream { store_dir: \"\(self.folder.file("store"))\", sync_interval: always }\n" : ""
        self.configuration = store + configuration
        try await self.start()
    }

    /// Starts a server whose configuration names its listeners itself.
    ///
    /// - Parameters:
    ///   - ports: how many free ports it needs; the first is the clients'.
    ///   - configuration: makes the configuration from the ports and a folder for streams.
    package init(ports: Int, configuration: (_ ports: [Int], _ storeFolder: String) -> String) async throws {
        self.folder = try TemporaryFolder("broker")
        self.listeners = try FreePorts.take(ports)
        self.configuration = configuration(self.listeners, self.folder.file("store"))
        self.ports.value = (self.listeners[0], self.listeners[1])
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
            ["-c", config, "--ports_file_dir", self.folder.url.path]
                + (self.listeners.isEmpty ? ["-a", "127.0.0.1", "-p", known == 0 ? "-1" : "\(known)"] : []),
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

/// Ports that were free a moment ago.
package enum FreePorts {
    private static let taken = Mutex<Set<Int>>([])

    /// `count` different ports on loopback, none of them handed out before in this process.
    package static func take(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for _ in 0..<(count * 50) where ports.count < count {
            // Below the range from which the system takes ports for outgoing connections.
            let port = Int.random(in: 10_000..<32_000)
            guard self.taken.withLock({ $0.insert(port).inserted }), self.isFree(port) else { continue }
            ports.append(port)
        }
        guard ports.count == count else { throw TestFailure("no \(count) free ports") }
        return ports
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
