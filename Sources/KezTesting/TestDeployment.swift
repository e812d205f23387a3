private import Foundation
package import KezCore
package import KezRuntime
package import Logging
package import NATS
package import NKeys

/// A real broker with the deployment's own configuration, keys and streams: what a service is tested against.
package final class TestDeployment: Sendable {
    package let broker: TestBroker
    package let keys: DeploymentKeys
    package let server: ServerName
    package let limits: Limits
    package let logger: Logger
    private let free = NKeyPair.generate(role: .user)

    /// Starts a broker and provisions the streams.
    package init(limits: Limits = Limits(), server: String = "kez.test") async throws {
        guard let name = ServerName(server) else { throw TestFailure("not a server name: \(server)") }
        self.server = name
        self.limits = limits
        self.keys = .generate()
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        self.logger = logger
        let template = try String(contentsOfFile: ProjectFiles.path("deploy/nats.conf"), encoding: .utf8)
        let (keys, free) = (self.keys, self.free)
        self.broker = try await TestBroker(ports: 3) { ports, folder in
            Self.admitting(
                free,
                to: BrokerConfiguration(
                    listen: "127.0.0.1:\(ports[0])", monitor: "127.0.0.1:\(ports[1])",
                    websocket: "127.0.0.1:\(ports[2])",
                    storeFolder: folder
                ).rendered(template, keys: keys))
        }
        let connection = try await self.connect(.provision)
        try await StreamProvisioner(connection, logger: logger).provision(ExpectedStreams(limits: limits))
        await connection.close()
    }

    package var settings: BrokerSettings { BrokerSettings(servers: [self.broker.url]) }

    /// A connection with a service's own key and permissions.
    package func connect(_ role: DeploymentKeys.Role) async throws -> NATSConnection {
        try await NATSConnection.connect(
            self.settings.options(name: "test-\(role.rawValue)", pair: self.keys.pair(role)))
    }

    /// A connection that the broker lets call services in anybody's name: for tests of what services themselves refuse.
    package func connectInAnyName() async throws -> NATSConnection {
        try await NATSConnection.connect(self.settings.options(name: "test-free", pair: self.free))
    }

    private static func admitting(_ pair: NKeyPair, to configuration: String) -> String {
        configuration
            .replacing(
                "KEZ { jetstream: enabled\n    users: [",
                with: "KEZ { jetstream: enabled\n    users: [ { nkey: \"\(pair.publicKey.text)\" }"
            )
            .replacing("auth_users: [", with: "auth_users: [ \"\(pair.publicKey.text)\",")
    }

    /// A connection as a person makes it; the callout must run.
    package func connect(person: NKeyPair) async throws -> NATSConnection {
        var options = self.settings.options(name: "test-person", pair: person)
        options.inboxPrefix = "_INBOX.\(person.publicKey.text)"
        return try await NATSConnection.connect(options)
    }
}
