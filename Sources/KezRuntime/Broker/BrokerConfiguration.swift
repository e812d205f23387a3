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
            "WEBSOCKET": self.websocket, "STORE_DIR": self.storeFolder, "A_ISSUER": keys.issuer.publicKey.text,
            "X_CALLOUT": keys.curve.publicKey.text,
        ]
        for role in DeploymentKeys.Role.allCases { values[role.placeholder] = keys.pair(role).publicKey.text }
        return values.reduce(template) { text, value in
            text.replacing("{{\(value.key)}}", with: Self.escaped(value.value))
        }
    }

    /// Every value stands between quotes.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
