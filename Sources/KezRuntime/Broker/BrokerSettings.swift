package import NATS
package import NKeys

/// How a service reaches the broker.
package struct BrokerSettings: Sendable {
    /// `nats://host:port`; more than one for a cluster.
    package var servers: [String]
    /// PEM file of the authorities to trust, for `tls://` servers.
    package var certificateAuthorities: String?
    /// Deadline of one request to the broker or to another service. HTTP callers wait at most 5 s in all.
    package var requestTimeout: Duration

    package init(
        servers: [String], certificateAuthorities: String? = nil, requestTimeout: Duration = .seconds(4)
    ) {
        self.servers = servers
        self.certificateAuthorities = certificateAuthorities
        self.requestTimeout = requestTimeout
    }

    /// Options of a connection of the service `name`, logging in with `pair`. What it asks for is answered where
    /// only that key may listen: see deploy/nats.conf.
    package func options(name: String, pair: NKeyPair) -> ConnectionOptions {
        let usesTLS = self.certificateAuthorities != nil || self.servers.contains { $0.hasPrefix("tls://") }
        return ConnectionOptions(
            servers: self.servers, name: name, credentials: .nkey(pair),
            tls: usesTLS ? .init(certificateAuthorities: self.certificateAuthorities) : nil,
            inboxPrefix: "_REPLY.\(pair.publicKey.text)", reconnect: Backoff(base: .milliseconds(100), cap: .seconds(2))
        )
    }
}
