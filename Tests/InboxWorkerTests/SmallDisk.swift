import Foundation
import KezTesting

/// A file system of its own size in a folder of a test's own, for what only a real disk does. Needs root; it is
/// unmounted with the object.
final class SmallDisk: Sendable {
    static let isPossible = (try? SmallDisk(kilobytes: 64)) != nil

    private let folder: TemporaryFolder

    var path: String { self.folder.url.path }

    init(kilobytes: Int) throws {
        self.folder = try TemporaryFolder("disk")
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "kez-test", self.folder.url.path)
    }

    deinit { try? Self.run("umount", "-l", self.folder.url.path) }

    /// Takes all the room there is.
    func fill() throws {
        let file = self.folder.file("ballast")
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        for size in [65_536, 4096] {
            while (try? handle.write(contentsOf: Data(count: size))) != nil {}
        }
        try handle.close()
    }

    func clear() throws { try FileManager.default.removeItem(atPath: self.folder.file("ballast")) }

    func remount(_ mode: String) throws { try Self.run("mount", "-o", "remount,\(mode)", self.folder.url.path) }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("\(arguments) failed") }
    }
}
