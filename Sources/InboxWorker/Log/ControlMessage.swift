package import KezCore

/// What an owner does to its inbox, as it stands in the shard's log in order with the messages:
/// `{"kez":"ctl","version":1,"delete":{"up_to":7}}` or `{"kez":"ctl","version":1,"delete":{"seqs":[3,5]}}`.
///
/// A reader takes what it knows: other members, and versions that are not its own, change nothing.
package struct ControlMessage: Equatable, Sendable, JSONWritable {
    private static let tag = "ctl"
    private static let version: UInt64 = 1

    package let deletion: InboxDeleteRequest

    package init(_ deletion: InboxDeleteRequest) { self.deletion = deletion }

    /// - Returns: nil for anything but a deletion of this version.
    package init?(_ bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes, maximumDepth: Limits.bodyDepth).root,
            root["kez"]?.string == Self.tag, root["version"]?.unsigned == Self.version,
            let deletion = root["delete"].flatMap({ try? InboxDeleteRequest(json: $0) })
        else { return nil }
        self.deletion = deletion
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kez", Self.tag)
            writer.member("version", Self.version)
            writer.member("delete", value: self.deletion)
        }
    }
}
