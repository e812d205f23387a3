/// The public part of a registry event, over which a transparency log can be laid.
///
/// It holds nothing that may not be public for ever: names and keys stand in it only as hashes.
///
/// Source: design, "Registry events".
package struct RegistryLeaf: Equatable, Sendable, JSONWritable {
    /// Bytes of the canonical form, at the most.
    package static let maximumBytes = 1024
    static let version: Int64 = 1

    /// Counts events from 0 without a gap; not the sequence of the stream.
    package let n: UInt64
    /// The hash of the leaf of event n−1; nil for the first one.
    package let prev: String?
    /// The server's time, never before that of event n−1; milliseconds.
    package let time: Timestamp
    package let server: String
    package let kind: RegistryEventKind
    /// The hashes of the names and keys it is about (`LogSubjectHash`), at least one.
    package let subjects: [String]
    /// SHA-256 in hexadecimal of what happened; see `RegistryEvent.Content`.
    package let value: String

    package init(
        n: UInt64, prev: String?, time: Timestamp, server: String, kind: RegistryEventKind, subjects: [String],
        value: String
    ) {
        self.n = n
        self.prev = prev
        self.time = time.inMilliseconds
        self.server = server
        self.kind = kind
        self.subjects = subjects
        self.value = value
    }

    /// - Throws: `KezError` with `bad_envelope` when a member is missing or ill-typed, the version or kind
    ///   is newer, or the canonical form is longer than 1,024 bytes.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json, refusing: .badEnvelope)
        _ = try members.required("v", "1") { $0.integer == Self.version ? true : nil }
        self.n = try members.unsigned("n")
        self.prev = try members.optional("prev", "a hash", Self.hash)
        self.time = try members.timestamp("time")
        self.server = try members.string("server")
        self.kind = try members.required("kind", "a known kind") { member in
            member.string.flatMap(RegistryEventKind.init(rawValue:))
        }
        self.subjects = try members.required("subjects", "a list of hashes") { member in
            guard let entries = member.array, !entries.isEmpty else { return nil }
            let hashes = entries.compactMap(Self.hash)
            return hashes.count == entries.count ? hashes : nil
        }
        self.value = try members.required("value", "a hash", Self.hash)
        guard let canonical = try? JCS.canonical(json), canonical.count <= Self.maximumBytes else {
            throw KezError(.badEnvelope, "The leaf is longer than \(Self.maximumBytes) bytes.")
        }
    }

    private static func hash(_ value: JSONValue) -> String? {
        value.string.flatMap { Hex.isHex($0, count: 64) ? $0 : nil }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("v", Self.version)
            writer.member("n", self.n)
            writer.member("prev", self.prev)
            writer.member("time", self.time)
            writer.member("server", self.server)
            writer.member("kind", self.kind.rawValue)
            writer.member("subjects", self.subjects)
            writer.member("value", self.value)
        }
    }
}

/// The hashes under which names and keys stand in leaves.
package enum LogSubjectHash {
    /// SHA-256, 64 hexadecimal digits.
    package static func of(_ handle: Handle) -> String { Digest.sha256Hex("kez-tl-v1\nhandle\n\(handle.text)") }

    /// SHA-256 over the key as the protocol writes it, `ed25519:` and 64 digits; a primary's or a device's.
    package static func of(_ key: Primary) -> String { Digest.sha256Hex("kez-tl-v1\nkey\n\(key.text)") }
}
