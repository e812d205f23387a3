package import Foundation
package import KezCore
private import Synchronization

/// What this user has seen of others: the key behind a handle and the longest chain of a key.
///
/// A server that later shows another key or a shorter chain is caught by it. Source: protocol, section 7.
package protocol TrustStore: Sendable {
    func contact(_ handle: String) throws -> Contact?
    func save(_ contact: Contact, for handle: String) throws
    /// By `handle@server`.
    func all() throws -> [String: Contact]
}

package struct Contact: Codable, Equatable, Sendable {
    package var primary: String
    package var chainLength: Int
    package var chainHead: String?

    package init(primary: Primary, mark: SigchainMark) {
        self.primary = primary.text
        self.chainLength = mark.length
        self.chainHead = mark.head
    }

    package init(_ user: UserObject) {
        self.primary = user.primary.text
        self.chainLength = user.sigchain.length
        self.chainHead = user.sigchain.head
    }

    package var mark: SigchainMark { SigchainMark(length: self.chainLength, head: self.chainHead) }
}

/// Contacts for as long as the client lives.
package final class TrustMemory: TrustStore {
    private let contacts = Mutex<[String: Contact]>([:])

    package init() {}

    package func contact(_ handle: String) -> Contact? { self.contacts.withLock { $0[handle] } }

    package func save(_ contact: Contact, for handle: String) { self.contacts.withLock { $0[handle] = contact } }

    package func all() -> [String: Contact] { self.contacts.withLock { $0 } }
}

/// Contacts in a JSON file, mode 0600.
package struct TrustFile: TrustStore {
    private let path: String

    package init(path: String) { self.path = path }

    package func contact(_ handle: String) throws -> Contact? { try self.all()[handle] }

    package func save(_ contact: Contact, for handle: String) throws {
        var all = try self.all()
        all[handle] = contact
        try PrivateFile.write(JSONEncoder.sorted.encode(all), to: self.path)
    }

    package func all() throws -> [String: Contact] {
        guard let data = FileManager.default.contents(atPath: self.path) else { return [:] }
        return try JSONDecoder().decode([String: Contact].self, from: data)
    }
}

extension JSONEncoder {
    package static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return encoder
    }
}

/// Files that only their owner can read, replaced whole or not at all.
package enum PrivateFile {
    package static func write(_ data: Data, to path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let temporary = folder.appending(path: ".\(UUID().uuidString)").path
        guard FileManager.default.createFile(atPath: temporary, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        guard unsafe rename(temporary, path) == 0 else {
            try? FileManager.default.removeItem(atPath: temporary)
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
