private import Foundation
private import NKeys

/// Fills in the broker's configuration, deploy/nats.conf.
package struct BrokerConfiguration: Sendable {
    package var serverName: String
    /// `host:port` of clients, monitoring and WebSocket.
    package var listen: String
    package var monitor: String
    package var websocket: String
    package var storeFolder: String

    package init(
        serverName: String = "kez", listen: String = "127.0.0.1:4222", monitor: String = "127.0.0.1:8222",
        websocket: String = "127.0.0.1:8443", storeFolder: String
    ) {
        self.serverName = serverName
        self.listen = listen
        self.monitor = monitor
        self.websocket = websocket
        self.storeFolder = storeFolder
    }

    /// - Parameter template: the text of deploy/nats.conf.
    /// - Returns: a configuration without placeholders; it holds public keys only.
    package func rendered(_ template: String, keys: DeploymentKeys) -> String {
        var values = [
            "SERVER_NAME": self.serverName, "LISTEN": self.listen, "MONITOR": self.monitor,
            "WEBSOCKET": self.websocket, "STORE_DIR": self.storeFolder,
            "A_ISSUER": keys.identity.issuer.publicKey.text, "X_CALLOUT": keys.identity.curve.publicKey.text,
        ]
        var template = template
        for (role, pairs) in keys.otherUsers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for pair in pairs { template = Self.adding(pair.publicKey.text, as: role.placeholder, to: template) }
        }
        for role in DeploymentKeys.Role.allCases { values[role.placeholder] = keys.pair(role).publicKey.text }
        return values.reduce(template) { text, value in
            text.replacing("{{\(value.key)}}", with: Self.escaped(value.value))
        }
    }

    /// A second login with the permissions of the first: its block of `users` repeated, and a place in `auth_users`.
    private static func adding(_ key: String, as placeholder: String, to template: String) -> String {
        let bare = "{{\(placeholder)}}"
        let name = "\"\(bare)\""
        guard let start = template.range(of: "{ nkey: \(name)")?.lowerBound else { return template }
        var depth = 0
        // Braces in values, the placeholders' own, come in pairs as well.
        guard
            let end = template[start...].indices.first(where: { index in
                if template[index] == "{" { depth += 1 }
                if template[index] == "}" { depth -= 1 }
                return depth == 0
            })
        else { return template }
        let block = template[start...end].replacing(bare, with: key)
        let (before, after) = (template[...end], template[template.index(after: end)...])
        return before + "\n      " + block + after.replacing(name, with: "\(name), \"\(key)\"")
    }

    /// Every value stands between quotes.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
