/// Names that nobody may register: who held one could pass for the operator.
///
/// Source: protocol, section 3; RFC 2142 for the mailbox names.
package struct ReservedHandles: Sendable {
    private static let builtIn: Set<String> = [
        "admin", "administrator", "root", "system", "support", "help", "security", "abuse", "postmaster",
        "webmaster", "hostmaster", "info", "noreply", "no-reply", "api", "www", "mail", "kez", "nats", "sig",
        "server", "moderator", "mod", "staff", "official", "everyone", "here", "all", "null", "undefined",
        "anonymous", "anon", "guest", "me", "self", "well-known",
        // Beyond the protocol's list, in the same spirit.
        "admins", "moderators", "noc", "operator", "superuser", "sysadmin",
    ]

    private let names: Set<String>

    /// - Parameter additional: what the operator adds; case is ignored.
    package init(additional: [String] = []) {
        self.names = Self.builtIn.union(additional.map { $0.lowercased() })
    }

    package func contains(_ handle: Handle) -> Bool { self.names.contains(handle.text) }
}
