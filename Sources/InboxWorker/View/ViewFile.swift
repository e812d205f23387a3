private import Foundation

/// The SQLite file of a view, as the file system shows it. Its calls wait for the disk.
struct ViewFile: Sendable {
    let path: String
    /// Of the file that was opened.
    private let inode: UInt64?

    /// - Parameter path: of a file that is open.
    init(open path: String) {
        self.path = path
        self.inode = Self.attributes(path)?[.systemFileNumber] as? UInt64
    }

    /// With what is not yet written back.
    var bytes: Int {
        ["", "-wal"].reduce(0) { $0 + (Self.attributes(self.path + $1)?[.size] as? Int ?? 0) }
    }

    /// Whether the open file is still the one at its path. A deleted one would go on serving until the process
    /// ends, and nobody would see that nothing is kept.
    var isInPlace: Bool {
        self.inode == nil || Self.attributes(self.path)?[.systemFileNumber] as? UInt64 == self.inode
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        try? FileManager.default.attributesOfItem(atPath: path)
    }
}
