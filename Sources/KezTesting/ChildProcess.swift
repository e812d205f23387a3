package import Foundation

/// A process that a test started; ended with the test.
package final class ChildProcess: @unchecked Sendable {
    // Safe to share: `Process` is set up in `init` only; afterwards it is asked for its state and sent
    // signals, both of which Foundation guards with a lock of its own.
    private let process = Process()
    private let output: URL
    private let lastSignal: Int32

    /// - Parameters:
    ///   - log: a file that takes both output streams.
    ///   - input: its standard input; nothing by default.
    ///   - output: its standard output, instead of `log`: a terminal, for example.
    ///   - lastSignal: what it is sent when its last owner goes; one that has children must be left time to end them.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil,
        log: URL, input: FileHandle? = nil, output: FileHandle? = nil, lastSignal: Int32 = SIGKILL
    ) throws {
        self.output = log
        self.lastSignal = lastSignal
        self.process.executableURL = URL(filePath: executable)
        self.process.arguments = arguments
        self.process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { self.process.currentDirectoryURL = folder }
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        self.process.standardOutput = output ?? handle
        self.process.standardError = handle
        self.process.standardInput = input ?? FileHandle.nullDevice
        try self.process.run()
    }

    deinit { if self.process.isRunning { kill(self.process.processIdentifier, self.lastSignal) } }

    package var pid: Int32 { self.process.processIdentifier }
    package var isRunning: Bool { self.process.isRunning }

    /// What it has printed so far.
    package var printed: String { (try? String(contentsOf: self.output, encoding: .utf8)) ?? "" }

    package func send(signal: Int32) { kill(self.process.processIdentifier, signal) }

    /// Sends `signal` and waits until the process has ended.
    ///
    /// - Returns: its exit status.
    /// - Throws: `TestFailure` when it still runs after `deadline`.
    @discardableResult
    package func stop(signal: Int32 = SIGTERM, deadline: Duration = .seconds(30)) async throws -> Int32 {
        if self.process.isRunning { self.send(signal: signal) }
        try await eventually("process \(self.pid) ends", within: deadline) { !self.process.isRunning }
        return self.process.terminationStatus
    }
}

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Asks again and again until `condition` holds: for what gives no event to wait for.
///
/// - Throws: `TestFailure` when it does not hold within `deadline`.
package func eventually(
    _ what: String, within deadline: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now.advanced(by: deadline)
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < end else { throw TestFailure("not within \(deadline): \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Fails instead of waiting for ever.
package func within<Result: Sendable>(
    _ deadline: Duration = .seconds(20), _ what: String = "the operation",
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw TestFailure("\(what) took longer than \(deadline)")
        }
        return result
    }
}
