import Foundation
import KezClient
import KezRuntime
import NKeys

/// A person's keys, `<home>/keys/<handle>@<server>.nk`, and state, `<home>/state/<key>/`.
struct KeyRing: Sendable {
    let folder: String
    let server: String

    private var keys: String { URL(filePath: self.folder).appending(path: "keys").path }

    func path(of handle: String) -> String {
        URL(filePath: self.keys).appending(path: "\(handle)@\(self.server).nk").path
    }

    func stateFile(_ name: String, of identity: Identity) throws -> String {
        URL(filePath: self.folder).appending(path: "state").appending(path: identity.nkey).appending(path: name).path
    }

    /// Handles of this server that have a key here.
    var handles: [String] {
        let suffix = "@\(self.server).nk"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.keys)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }

    /// The key of `handle`, or the only one there is.
    func identity(as handle: String?) throws -> Identity {
        if let handle {
            guard self.handles.contains(handle) else {
                throw Failure("There is no key for \(handle)@\(self.server): `kez register \(handle)` makes one.")
            }
            return Identity(try KeyFile.pair(at: self.path(of: handle), role: .user))
        }
        switch self.handles.count {
        case 0: throw Failure("There is no key for \(self.server) yet: `kez register <handle>` makes one.")
        case 1: return Identity(try KeyFile.pair(at: self.path(of: self.handles[0]), role: .user))
        default:
            throw Failure("Several keys are here (\(self.handles.joined(separator: ", "))): choose one with --as.")
        }
    }

    /// The key of `handle`, made when there is none.
    ///
    /// - Returns: the key, and whether it is new.
    func identityForRegistration(of handle: String) throws -> (identity: Identity, isNew: Bool) {
        let path = self.path(of: handle)
        if FileManager.default.fileExists(atPath: path) {
            return (Identity(try KeyFile.pair(at: path, role: .user)), false)
        }
        try FileManager.default.createDirectory(
            atPath: self.keys, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let identity = Identity.generate()
        try KeyFile.write(identity.seed, to: path)
        return (identity, true)
    }
}
