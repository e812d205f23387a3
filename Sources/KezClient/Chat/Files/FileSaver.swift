private import Foundation
private import KezCore

/// Writes others' files into one folder: never over anything, never outside, only their owner can read them.
package struct FileSaver: Sendable {
    /// Absolute.
    package let folder: String

    /// Makes the folder, mode 0700, where there is none.
    ///
    /// - Throws: `ClientError` with `not_saved` and a sentence that names the folder.
    package init(folder: String) throws(ClientError) {
        let url = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        self.folder = url.path
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Self.failure("The folder \(self.folder) cannot be made")
        }
        guard unsafe access(self.folder, W_OK) == 0 else {
            throw Self.failure("Nothing can be written into \(self.folder)")
        }
    }

    /// Writes `bytes` under a temporary name and then gives them their own, with a number where that is taken.
    ///
    /// - Parameter filename: as the sender has it; what is unsafe in it goes.
    /// - Returns: the path.
    /// - Throws: `ClientError` with `not_saved`; nothing is left behind then.
    package func save(_ bytes: [UInt8], as filename: String) throws(ClientError) -> String {
        let temporary = self.path(".kez-\(UUID().uuidString)")
        try Self.write(bytes, to: temporary)
        defer { unsafe unlink(temporary) }
        let name = SafeFilename.of(filename)
        for number in 1...10_000 {
            let path = self.path(number == 1 ? name : SafeFilename.numbered(name, number))
            // Fails when the name is taken, whoever was faster. Source: link(2).
            if unsafe link(temporary, path) == 0 { return path }
            switch errno {
            case EEXIST: continue
            case EPERM, EOPNOTSUPP, ENOSYS, EMLINK: if try Self.moveWithoutLinks(temporary, path) { return path }
            default: throw Self.failure("\(path) cannot be written")
            }
        }
        throw Self.failure("\(self.folder) holds too many files of the name \(name)")
    }

    private func path(_ name: String) -> String { "\(self.folder)/\(name)" }

    /// For file systems without hard links: takes the name with an empty file of its own, then replaces that.
    ///
    /// - Returns: false when the name is taken.
    private static func moveWithoutLinks(_ temporary: String, _ path: String) throws(ClientError) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            guard errno == EEXIST else { throw self.failure("\(path) cannot be written") }
            return false
        }
        close(file)
        guard unsafe rename(temporary, path) == 0 else { throw self.failure("\(path) cannot be written") }
        return true
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(ClientError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw self.failure("\(path) cannot be written") }
        defer { close(file) }
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Foundation.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = self.failure("\(path) cannot be written")
                unsafe unlink(path)
                throw failure
            }
            offset += count
        }
        guard fsync(file) == 0 else {
            let failure = self.failure("\(path) cannot be written")
            unsafe unlink(path)
            throw failure
        }
    }

    private static func failure(_ words: String) -> ClientError {
        ClientError(code: "not_saved", message: "\(words): \(unsafe String(cString: strerror(errno))).")
    }
}
