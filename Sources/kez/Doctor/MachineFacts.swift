import Foundation
import KezRuntime
import NKeys
import Subprocess

/// What this machine tells about itself; nothing here judges.
enum MachineFacts {
    /// Permission bits, of what a link leads to; nil when there is no such file.
    static func mode(_ path: String) -> Int? {
        let path = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }

    /// Free bytes for those without privileges, and all bytes, of the disk that holds `path` or will hold it.
    static func disk(_ path: String) -> (free: UInt64, size: UInt64)? {
        var url = URL(filePath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        var figures = statvfs()
        guard unsafe statvfs(url.path, &figures) == 0 else { return nil }
        let block = UInt64(figures.f_frsize)
        return (UInt64(figures.f_bavail) * block, UInt64(figures.f_blocks) * block)
    }

    /// How many files a process may open; nil when it cannot be seen.
    static func openFiles(of process: String) -> UInt64? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") })
        else { return nil }
        let word = line.dropFirst("Max open files".count).split(separator: " ").first
        return word.flatMap { $0 == "unlimited" ? .max : UInt64($0) }
    }

    /// The process id that a broker of `kez up` left in the data folder.
    static func brokerProcess(data: String) -> String? {
        let text = try? String(contentsOfFile: URL(filePath: data).appending(path: "nats.pid").path, encoding: .utf8)
        return text.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { Int32($0) == nil ? nil : $0 }
    }

    /// Whether the clock follows others, as systemd tells; nil when nobody tells within two seconds.
    static func isClockSynchronised() async -> Bool? {
        if FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized") { return true }
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                let result = try? await Subprocess.run(
                    .name("timedatectl"), arguments: ["show", "-p", "NTPSynchronized", "--value"],
                    output: .string(limit: 64), error: .discarded)
                guard let result, result.terminationStatus.isSuccess else { return nil }
                switch result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines) {
                case "yes": return true
                case "no": return false
                default: return nil
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(2))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// A folder of keys, each file read as its service reads it.
    static func keys(_ path: String) -> KeyFileChecks.Folder {
        let names = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
        var failures: [String: KeyFile.Failure] = [:]
        for name in KeyFileChecks.expected(of: names).files.union(names.filter { $0.hasSuffix(".nk") }) {
            let file = URL(filePath: path).appending(path: name).path
            do {
                try self.read(name, at: file, in: path)
            } catch {
                failures[name] = error
            }
        }
        return KeyFileChecks.Folder(path: path, mode: self.mode(path), names: names, failures: failures)
    }

    private static func read(_ name: String, at path: String, in folder: String) throws(KeyFile.Failure) {
        switch name {
        case DeploymentKeys.issuerFile: _ = try KeyFile.pair(at: path, role: .account)
        case DeploymentKeys.curveFile: _ = try KeyFile.curve(at: path)
        case DeploymentKeys.invitePublicFile: _ = try DeploymentKeys.invitePublic(in: folder)
        case DeploymentKeys.inviteFile: _ = try DeploymentKeys.invite(in: folder)
        case let name where DeploymentKeys.Role.allCases.contains { $0.file == name }:
            _ = try KeyFile.pair(at: path, role: .user)
        // Some other secret, such as a person's: only that it is closed to others.
        default: _ = try KeyFile.secret(at: path)
        }
    }
}
