/// One event of the registry as it stands in the stream `KEZ_REGISTRY`: a public leaf and private data.
///
/// Source: design, "Registry events".
package struct RegistryEvent: Sendable, JSONWritable {
    static let tag = "registry_event"

    package let leaf: RegistryLeaf
    package let content: Content

    /// Puts the next event of a log together.
    ///
    /// - Parameters:
    ///   - position: the end of the log, which the write must find unchanged (expected last sequence).
    ///   - now: the server's clock; the leaf's time is never before the last one's.
    /// - Throws: `KezError` with `bad_envelope` when the content's envelope has no canonical form.
    package init(
        _ content: Content, at position: RegistryLogPosition, server: ServerName, now: Timestamp
    ) throws(KezError) {
        self.content = content
        self.leaf = RegistryLeaf(
            n: position.next, prev: position.prev, time: max(now, position.time ?? now), server: server.text,
            kind: content.kind, subjects: content.subjects, value: try content.value())
    }

    /// Reads an event of the stream.
    ///
    /// - Throws: `KezError` with `bad_json` or `bad_envelope`, also when leaf and data disagree.
    package init(parsing bytes: [UInt8]) throws(KezError) {
        // An event holds an envelope two levels down, so the envelope's own bound is not enough.
        let members = try MemberReader(body: bytes, refusing: .badEnvelope)
        guard try members.string("kez") == Self.tag else { throw KezError(.badEnvelope) }
        self.leaf = try RegistryLeaf(json: members.object("leaf"))
        let data = try members.members(of: "data")
        self.content = try Content(self.leaf.kind, data)
        guard self.leaf.subjects == self.content.subjects,
            self.leaf.value == (try self.content.value(of: data.value))
        else {
            throw KezError(.badEnvelope, "The event's leaf does not fit its data.")
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kez", Self.tag)
            writer.member("leaf", value: self.leaf)
            writer.member("data", value: self.content)
        }
    }

    /// The subject it is published on.
    package var subject: String { Subjects.registryLog(self.content.kind, self.content.primary) }
}
