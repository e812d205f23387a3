import KezCore

/// One server's answer to `$SYS.REQ.SERVER.PING.CONNZ`.
///
/// Source: nats-server, `monitor.go`.
package struct ConnectionListing: Sendable {
    package struct Connection: Equatable, Sendable {
        /// The server's own number of it.
        package let id: UInt64
        package let name: ConnectionName
        /// Since it was accepted, by the server's clock alone; nil when the server did not say.
        package let age: Duration?

        package init(id: UInt64, name: ConnectionName, age: Duration?) {
            self.id = id
            self.name = name
            self.age = age
        }
    }

    /// The server's key, `N…`: where a kick is sent.
    package let server: String
    /// Those of people whose name a callout gave; others are left alone.
    package let connections: [Connection]
    /// All on this page, whatever their name.
    package let count: Int

    /// - Returns: nil for an error and for what is no list.
    package init?(parsing bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes, maximumDepth: 32).root, let data = root["data"],
            let server = data["server_id"]?.string, !server.isEmpty, !server.contains(where: Self.isSpecial)
        else { return nil }
        self.server = server
        let now = data["now"]?.string.flatMap { Timestamp($0) }
        let rows = data["connections"]?.array ?? []
        self.count = rows.count
        self.connections = rows.compactMap { row in
            guard row["account"]?.string == AuthorizationResponse.account, let id = row["cid"]?.unsigned,
                let name = row["authorized_user"]?.string.flatMap({ ConnectionName($0) })
            else { return nil }
            let start = row["start"]?.string.flatMap { Timestamp($0) }
            return Connection(id: id, name: name, age: now.flatMap { now in start.map { $0.distance(to: now) } })
        }
    }

    /// It becomes a token of a subject.
    private static func isSpecial(_ character: Character) -> Bool {
        character == "." || character == "*" || character == ">" || character.isWhitespace
    }
}
