private import Foundation
private import NIOPosix

/// Reads the web client's files, and nothing outside their folder.
struct WebFolder: Sendable {
    struct File: Sendable {
        let bytes: [UInt8]
        /// Seconds since 1970.
        let modified: Int64
        /// Changes with the file, and is another for each name.
        let tag: String
        /// Whether it is the form that the build compressed with gzip.
        let isCompressed: Bool
    }

    /// Bytes of the largest file that is served.
    private static let maximumBytes = 64 << 20

    /// The folder, as the operator named it.
    let path: String

    /// The file below the folder; nil when there is none, or it leads outside by a symbolic link.
    ///
    /// - Parameters:
    ///   - relative: plain parts joined by slashes (`PathRules`).
    ///   - compressed: take `relative.gz` instead, where it stands beside the file.
    func file(_ relative: String, compressed: Bool) async -> File? {
        let root = self.path
        // File systems block: on a thread of the pool, not on the cooperative one.
        return try? await NIOThreadPool.singleton.runIfActive {
            guard let path = Self.path(of: relative, below: root) else { return nil }
            if compressed, let small = Self.path(of: relative + ".gz", below: root),
                let file = Self.read(small, isCompressed: true)
            {
                return file
            }
            return Self.read(path, isCompressed: false)
        }
    }

    /// Where the file really is; nil when there is none, or outside.
    private static func path(of relative: String, below root: String) -> String? {
        guard let root = self.resolved(root), let path = self.resolved("\(root)/\(relative)"),
            path.hasPrefix(root == "/" ? "/" : root + "/")
        else { return nil }
        return path
    }

    private static func read(_ path: String, isCompressed: Bool) -> File? {
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= self.maximumBytes,
            let data = try? handle.read(upToCount: Int(status.st_size) + 1) ?? Data()
        else { return nil }
        let time = status.st_mtim
        let numbers = [data.count, Int(time.tv_sec), Int(time.tv_nsec)].map { String($0, radix: 16) }
        // Two forms of one page must not have one tag, though they be written at the same moment.
        let form = isCompressed ? ["gz"] : []
        let tag = "\"\((numbers + form).joined(separator: "-"))\""
        return File(bytes: [UInt8](data), modified: Int64(time.tv_sec), tag: tag, isCompressed: isCompressed)
    }

    /// The path without symbolic links; nil when it does not exist.
    private static func resolved(_ path: String) -> String? {
        guard let pointer = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(pointer) }
        return unsafe String(validatingCString: pointer)
    }
}
