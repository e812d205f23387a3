import Foundation
import KezRuntime

/// A folder for each role, holding copies of just the key files that it needs: what a container or a machine gets.
struct RoleFolders {
    let folder: String

    /// Makes the copies equal to the originals; after a key was replaced, only those that hold it change.
    ///
    /// - Returns: the paths that were written.
    func write(from keys: String) throws -> [String] {
        let manager = FileManager.default
        var written: [String] = []
        for (role, files) in RoleKeyFiles.byRole.sorted(by: { $0.key < $1.key }) {
            let own = URL(filePath: self.folder).appending(path: role).path
            do {
                // A folder that is there, such as a mounted volume, keeps its mode.
                try manager.createDirectory(
                    atPath: own, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure("The folder \(own) cannot be made: \(error.localizedDescription)")
            }
            for file in files {
                let (source, copy) = ("\(keys)/\(file)", "\(own)/\(file)")
                // The operator may keep the secret half of the invite key elsewhere.
                if file == DeploymentKeys.inviteFile, !manager.fileExists(atPath: source) { continue }
                let text = try KeyFile.secret(at: source)
                if let known = try? KeyFile.secret(at: copy), known == text { continue }
                try Self.replace(copy, with: text)
                written.append(copy)
            }
        }
        return written
    }

    /// In one step: a service that starts meanwhile reads the old key or the new one.
    private static func replace(_ path: String, with text: String) throws {
        let draft = path + ".new"
        unsafe unlink(draft)
        try KeyFile.write(text, to: draft)
        guard unsafe rename(draft, path) == 0 else {
            throw KeyFile.Failure.cannotWrite(path, reason: unsafe String(cString: strerror(errno)))
        }
    }
}
