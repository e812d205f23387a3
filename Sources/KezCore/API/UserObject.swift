/// What a server says of a user.
///
/// Source: protocol, section 4 (`GET /v1/u/:handle`).
package struct UserObject: Equatable, Sendable, JSONWritable {
    package let handle: Handle
    /// `handle@server`.
    package let fqhn: String
    package let primary: Primary
    package let sigchainURL: String
    /// The server's time.
    package let registeredAt: Timestamp
    package let sigchain: SigchainMark

    package init(
        handle: Handle, fqhn: String, primary: Primary, sigchainURL: String, registeredAt: Timestamp,
        sigchain: SigchainMark
    ) {
        self.handle = handle
        self.fqhn = fqhn
        self.primary = primary
        self.sigchainURL = sigchainURL
        self.registeredAt = registeredAt
        self.sigchain = sigchain
    }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        let members = try MemberReader(json)
        self.handle = try members.required("handle", "a handle") { $0.string.flatMap { Handle($0) } }
        self.fqhn = try members.string("fqhn")
        self.primary = try members.primary("primary")
        self.sigchainURL = try members.string("sigchain_url")
        self.registeredAt = try members.timestamp("registered_at")
        let sigchain = try members.members(of: "sigchain")
        self.sigchain = SigchainMark(
            length: try sigchain.count("length"), head: try sigchain.optionalString("head"))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("handle", self.handle.text)
            writer.member("fqhn", self.fqhn)
            writer.member("primary", self.primary)
            writer.member("sigchain_url", self.sigchainURL)
            writer.member("registered_at", self.registeredAt)
            writer.member("sigchain") { writer in
                writer.member("length", self.sigchain.length)
                writer.member("head", self.sigchain.head)
            }
        }
    }
}

/// The answer of a search.
package struct UserList: Equatable, Sendable, JSONWritable {
    package let users: [UserObject]

    package init(users: [UserObject]) { self.users = users }

    /// - Throws: `KezError` with `bad_request` when a member is missing or ill-typed.
    package init(json: JSONValue) throws(KezError) {
        var users: [UserObject] = []
        for user in try MemberReader(json).array("users") { users.append(try UserObject(json: user)) }
        self.users = users
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("users")
            writer.array { writer in
                for user in self.users { writer.value(user) }
            }
        }
    }
}
