import Foundation
import KezRuntime

/// A folder for each role, holding copies of just the key files that it needs: what a container or a machine gets.
struct RoleFolders {
    let folder: String

    /// Makes the copies equal to the originals; after a key was replaced, only those that hold it change.
    ///
    /// - Returns: what was done, a line for each file.
    func write(from keys: String) throws -> [String] {
        let manager = FileManager.default
        var done: [String] = []
        for (role, files) in RoleKeyFiles.byRole.sorted(by: { $0.key < $1.key }) {
            let own = URL(filePath: self.folder).appending(path: role).path
            do {
                // A folder that is there, such as a mounted volume, keeps its mode.
                try manager.createDirectory(
                    atPath: own, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure("The folder \(own) cannot be made: \(error.localizedDescription)")
            }
            let optional = RoleKeyFiles.optionalByRole[role] ?? []
            for file in Set(files).union(optional).sorted() {
                let (source, copy) = ("\(keys)/\(file)", "\(own)/\(file)")
                if let line = try Self.copy(source, to: copy, isOptional: optional.contains(file)) { done.append(line) }
            }
        }
        return done
    }

    private static func copy(_ source: String, to copy: String, isOptional: Bool) throws -> String? {
        if isOptional, !FileManager.default.fileExists(atPath: source) {
            // A key that was retired goes from its role as well.
            return unsafe unlink(copy) == 0 ? "removed \(copy)" : nil
        }
        let text = try KeyFile.secret(at: source)
        if let known = try? KeyFile.secret(at: copy), known == text { return nil }
        try KeyFile.replace(copy, with: text)
        return "wrote \(copy)"
    }
}
