import Foundation
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

@Suite struct BrokerConfigurationTests {
    private let keys = DeploymentKeys.generate()

    private func template() throws -> String {
        try String(contentsOfFile: ProjectFiles.path("deploy/nats.conf"), encoding: .utf8)
    }

    @Test func fillsInEveryPlaceholder() throws {
        let text = BrokerConfiguration(
            serverName: "one", listen: "127.0.0.1:1", monitor: "127.0.0.1:2", websocket: "127.0.0.1:3",
            storeFolder: "/data"
        ).rendered(try self.template(), keys: self.keys)
        // The comment at the top speaks of placeholders in general.
        #expect(!text.replacing("{{PLACEHOLDERS}}", with: "").replacing("{{wildcard", with: "").contains("{{"))
        for value in [
            "\"one\"", "\"127.0.0.1:1\"", "\"127.0.0.1:2\"", "\"127.0.0.1:3\"", "\"/data\"",
            self.keys.issuer.publicKey.text, self.keys.curve.publicKey.text,
        ] {
            #expect(text.contains(value), "\(value)")
        }
        for role in DeploymentKeys.Role.allCases {
            #expect(text.contains(self.keys.pair(role).publicKey.text), "\(role)")
        }
    }

    @Test func holdsNoSecret() throws {
        let text = BrokerConfiguration(storeFolder: "/data").rendered(try self.template(), keys: self.keys)
        var secrets = DeploymentKeys.Role.allCases.map { self.keys.pair($0).seedText }
        secrets += [self.keys.issuer.seedText, self.keys.curve.seedText, self.keys.internalToken]
        for secret in secrets { #expect(!text.contains(secret)) }
    }

    @Test func aValueCannotEndItsQuotationMarks() {
        let text = BrokerConfiguration(storeFolder: #"/a"b\c"#).rendered(
            #"store_dir: "{{STORE_DIR}}""#, keys: self.keys)
        #expect(text == #"store_dir: "/a\"b\\c""#)
    }

    /// Every key on its way in or out may do what the one in use may do, no more.
    @Test func keysBesideThoseInUseAreKnownWithTheSamePermissions() async throws {
        let folder = try TemporaryFolder("next")
        let place = folder.file("keys")
        _ = try DeploymentKeys.loadOrCreate(in: place)
        for subject in KeyChange.Subject.allCases { _ = try KeyChange(subject, in: place).prepare() }
        let changed: [KeyChange.Subject] = [.login(.registry), .login(.callout)]
        for subject in changed { _ = try KeyChange(subject, in: place).takeOver() }
        let keys = try DeploymentKeys.load(from: place)
        #expect(keys.otherUsers.count == DeploymentKeys.Role.allCases.count)
        let template = try self.template()
        let broker = try await TestBroker(ports: 3) { ports, store in
            BrokerConfiguration(
                listen: "127.0.0.1:\(ports[0])", monitor: "127.0.0.1:\(ports[1])", websocket: "127.0.0.1:\(ports[2])",
                storeFolder: store
            ).rendered(template, keys: keys)
        }
        let settings = BrokerSettings(servers: [broker.url])
        for (role, pairs) in keys.otherUsers {
            for pair in pairs + [keys.pair(role)] {
                let connection = try await NATSConnection.connect(settings.options(name: "test", pair: pair))
                await connection.close()
            }
        }
        for pair in (keys.otherUsers[.registry] ?? []) + [keys.pair(.registry)] {
            let connection = try await NATSConnection.connect(settings.options(name: "test", pair: pair))
            let events = connection.events()
            try connection.publish([], to: "kez.settings.x")
            let event = try await within { await events.first { _ in true } }
            if case .permissionViolation = event {} else { Issue.record("\(event as Any)") }
            await connection.close()
        }
        try await broker.stop()
    }

    @Test func theBrokerTakesAFolderWithAnyName() async throws {
        let folder = try TemporaryFolder("store")
        let template = try self.template()
        let broker = try await TestBroker(ports: 3) { ports, _ in
            BrokerConfiguration(
                listen: "127.0.0.1:\(ports[0])", monitor: "127.0.0.1:\(ports[1])", websocket: "127.0.0.1:\(ports[2])",
                storeFolder: folder.file(#"with "quotes" # and \ more"#)
            ).rendered(template, keys: self.keys)
        }
        #expect(broker.port == broker.listeners[0])
        try await broker.stop()
    }
}
