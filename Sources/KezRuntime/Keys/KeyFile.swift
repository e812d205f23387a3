private import Foundation
package import KezCore
package import NKeys

/// Seeds in files that only their owner can read.
package enum KeyFile {
    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case missing(String)
        /// Group or others may read it.
        case tooOpen(String)
        case notAKey(String)
        /// A public key beside the secret of another.
        case doesNotFit(String, String)
        case cannotWrite(String, reason: String)

        package var description: String {
            switch self {
            case .missing(let path): "the key file \(path) does not exist or cannot be read"
            case .tooOpen(let path): "the key file \(path) can be read by others: run `chmod 600 \(path)`"
            case .notAKey(let path): "the key file \(path) does not hold a key of the right kind"
            case .doesNotFit(let path, let secret): "the key file \(path) is not the public half of \(secret)"
            case .cannotWrite(let path, let reason): "the key file \(path) cannot be written: \(reason)"
            }
        }
    }

    /// The secret text of a file: its first line.
    ///
    /// - Throws: `Failure.missing`, or `.tooOpen` unless the file's mode keeps everyone else out.
    package static func secret(at path: String) throws(Failure) -> String {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let mode = attributes[.posixPermissions] as? NSNumber,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw .missing(path) }
        guard mode.intValue & 0o077 == 0 || self.isCredential(path) else { throw .tooOpen(path) }
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    /// Whether systemd gave us the file (`LoadCredential=`): its folder is for this service's user alone, and newer
    /// versions let that user in by an access list, which shows as permission of the group.
    private static func isCredential(_ path: String) -> Bool {
        guard let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            folder.hasPrefix("/run/credentials/")
        else { return false }
        return path.hasPrefix(folder + "/") && !path.dropFirst(folder.count + 1).contains("/")
    }

    /// The signing key of a file.
    ///
    /// - Throws: `Failure`; `.notAKey` when the seed is of another role.
    package static func pair(at path: String, role: NKeyRole) throws(Failure) -> NKeyPair {
        let text = try self.secret(at: path)
        guard let pair = try? NKeyPair(seed: text, role: role) else { throw .notAKey(path) }
        return pair
    }

    package static func curve(at path: String) throws(Failure) -> XKeyPair {
        let text = try self.secret(at: path)
        guard let pair = try? XKeyPair(seed: text) else { throw .notAKey(path) }
        return pair
    }

    /// A public key, `ed25519:<hex>`: the one kind of key file that anyone may read.
    package static func publicKey(at path: String) throws(Failure) -> Primary {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .missing(path) }
        guard let key = Primary(text: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .notAKey(path)
        }
        return key
    }

    /// Writes a secret, mode 0600 from its first byte on, whole or not at all.
    ///
    /// - Throws: `Failure.cannotWrite`, also when the file exists: a key is never overwritten.
    package static func write(_ secret: String, to path: String) throws(Failure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotWrite(path, reason: unsafe String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((secret + "\n").utf8))
            try handle.synchronize()
        } catch {
            unsafe unlink(path)
            throw .cannotWrite(path, reason: error.localizedDescription)
        }
    }

    /// Writes a secret in place of another, in one step: who reads meanwhile reads the old one or the new one.
    ///
    /// - Throws: `Failure.cannotWrite`.
    package static func replace(_ path: String, with secret: String) throws(Failure) {
        let draft = path + ".draft"
        unsafe unlink(draft)
        try self.write(secret, to: draft)
        guard unsafe rename(draft, path) == 0 else {
            throw .cannotWrite(path, reason: unsafe String(cString: strerror(errno)))
        }
    }
}
