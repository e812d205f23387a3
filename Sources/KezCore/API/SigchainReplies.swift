/// A chain as a server shows it.
///
/// Source: protocol, section 4.
package struct SigchainView: Equatable, Sendable, JSONWritable {
    package let primary: Primary
    /// The envelopes as received, all of them or those from the `seq` that was asked for.
    package let links: [[UInt8]]
    /// nil for an empty chain.
    package let head: String?
    /// Of the whole chain.
    package let length: Int

    package init(primary: Primary, links: [[UInt8]], head: String?, length: Int) {
        self.primary = primary
        self.links = links
        self.head = head
        self.length = length
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(
            primary: try members.primary("primary"), links: try members.array("links").map(\.raw),
            head: try members.optionalString("head"), length: try members.count("length"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("primary", self.primary)
            writer.name("links")
            writer.array { writer in
                for link in self.links { writer.raw(link) }
            }
            writer.member("head", self.head)
            writer.member("length", self.length)
        }
    }
}

/// Where a link was appended.
package struct AppendResult: Equatable, Sendable, JSONWritable {
    package let seq: Int
    package let head: String

    package init(seq: Int, head: String) {
        self.seq = seq
        self.head = head
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.init(seq: try members.count("seq"), head: try members.string("head"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seq", self.seq)
            writer.member("head", self.head)
        }
    }
}
