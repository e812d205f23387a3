package import Foundation

/// A folder of a test's own, removed when the last owner goes.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init(_ label: String = "test") throws {
        self.url = FileManager.default.temporaryDirectory
            .appending(path: "kez-\(label)-\(UUID().uuidString.prefix(8).lowercased())", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: self.url) }

    package func file(_ name: String) -> String { self.url.appending(path: name).path }
}

/// Where the project's own files are, seen from this source file.
package enum ProjectFiles {
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func path(_ relative: String) -> String { self.root.appending(path: relative).path }
}
