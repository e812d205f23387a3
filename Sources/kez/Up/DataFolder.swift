import Foundation

/// The folder of a whole server: keys, the broker's configuration and streams, views. One process at a time.
final class DataFolder: Sendable {
    let path: String
    /// Held until this process ends, however it ends.
    private let lock: Int32

    /// Takes the folder, making it when there is none.
    ///
    /// - Throws: `Failure` when it cannot be made, or another server runs on it.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure("The data folder \(path) cannot be made: \(error.localizedDescription)")
        }
        let file = URL(filePath: path).appending(path: "lock").path
        self.lock = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard self.lock >= 0 else { throw Failure("The data folder \(path) cannot be written.") }
        guard flock(self.lock, LOCK_EX | LOCK_NB) == 0 else {
            close(self.lock)
            throw Failure("Another kez runs on the data folder \(path).")
        }
    }

    deinit { close(self.lock) }

    func file(_ name: String) -> String { URL(filePath: self.path).appending(path: name).path }
}
