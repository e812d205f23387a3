import Foundation
import Logging
import Subprocess
import SystemPackage

/// nats-server as a supervised child: started again when it dies, stopped with us.
///
/// It has a process group of its own, so that Ctrl-C reaches us alone and we stop it after the services; and
/// when we are killed, it goes on serving whoever is connected until the next start ends it.
struct BrokerProcess: Sendable {
    let executable: String
    let configuration: String
    let pidFile: String
    let logFile: String
    let logger: Logger

    /// How often it may die in its first seconds before the start is given up.
    private static let earlyDeaths = 3

    /// Ends a broker that an earlier run of ours left behind on the same configuration.
    func endLeftover() async throws {
        guard let text = try? String(contentsOfFile: self.pidFile, encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), self.isOurs(pid)
        else { return }
        self.logger.notice("ending the broker that an earlier run left behind", metadata: ["process.pid": "\(pid)"])
        for (signal, patience) in [(SIGTERM, Duration.seconds(10)), (SIGKILL, .seconds(5))] {
            kill(pid, signal)
            let end = ContinuousClock.now.advanced(by: patience)
            while self.isOurs(pid), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
            if !self.isOurs(pid) { return }
        }
        throw Failure("The broker with process id \(pid), left behind by an earlier run, cannot be ended.")
    }

    /// Whether that process is a broker with our configuration: a number alone may be anybody's by now.
    private func isOurs(_ pid: pid_t) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(self.configuration.utf8) }
    }

    /// Runs the broker until the task is cancelled; then stops it in order.
    ///
    /// - Throws: `Failure` when it cannot be started, or keeps dying at once.
    func run() async throws {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(15))]
        var deaths = 0
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let said: String
            do {
                let result = try await Subprocess.run(
                    .path(FilePath(self.executable)),
                    arguments: ["-c", self.configuration, "-P", self.pidFile, "-l", self.logFile],
                    platformOptions: options, output: .discarded, error: .string(limit: 4096))
                said = result.standardError
            } catch {
                if Task.isCancelled { return }
                throw Failure("The broker \(self.executable) cannot be started: \(error)")
            }
            if Task.isCancelled { return }
            deaths = ContinuousClock.now - start < .seconds(5) ? deaths + 1 : 0
            guard deaths < Self.earlyDeaths else {
                throw Failure("The broker keeps ending right after its start. \(self.lastWords(said))")
            }
            self.logger.error("the broker ended and is started again", metadata: ["error": "\(self.lastWords(said))"])
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func lastWords(_ said: String) -> String {
        let log = (try? String(contentsOfFile: self.logFile, encoding: .utf8)) ?? ""
        let fatal = log.split(separator: "\n").last { $0.contains("[FTL]") || $0.contains("[ERR]") }
        return [said.trimmingCharacters(in: .whitespacesAndNewlines), fatal.map(String.init) ?? ""]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The nats-server to run: what was asked for, else the one on the PATH, else the one that set-up unpacked.
    static func find(_ given: String?) throws -> String {
        let manager = FileManager.default
        if let given {
            guard manager.isExecutableFile(atPath: given) else {
                throw Failure("\(given) is no program that can be run (--nats-server).")
            }
            return URL(filePath: given).standardizedFileURL.path
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates = [".tools/bin"] + path.split(separator: ":").map(String.init)
        for folder in candidates {
            let file = URL(filePath: folder).appending(path: "nats-server").standardizedFileURL.path
            if manager.isExecutableFile(atPath: file) { return file }
        }
        throw Failure("nats-server 2.10.27 or newer is needed: `make setup` gets it, or name one by --nats-server.")
    }
}
