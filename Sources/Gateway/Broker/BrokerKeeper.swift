import KezCore
import KezRuntime
import Logging
import NATS

/// Makes the connection to the broker, watches it, and keeps the directory true to the registry's events.
struct BrokerKeeper: Sendable {
    /// What the health board calls the connection.
    static let part = "gateway-broker"
    private static let pause: Duration = .seconds(5)

    let configuration: GatewayConfiguration
    let link: BrokerLink
    let directory: Directory
    let health: HealthBoard
    let tally: GatewayTally
    let logger: Logger

    /// Runs until the task is cancelled.
    ///
    /// - Throws: what of the login waiting does not mend.
    func run() async throws {
        do {
            try await self.keep()
        } catch is CancellationError {
            return
        }
    }

    private func keep() async throws {
        self.health.report(Self.part, failure: "the broker was not reached yet")
        let options = self.configuration.broker.options(name: "kez-gateway", pair: self.configuration.pair)
        let connection = try await BrokerConnection.open(options, logger: self.logger)
        let changes = connection.events()
        let events = try connection.subscribe(to: SubjectPatterns.registryLog, buffer: 65_536)
        self.link.set(connection)
        if connection.isConnected { self.health.report(Self.part, failure: nil) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow(events) }
            group.addTask { await self.follow(changes) }
            group.addTask { await self.tellWhoWeAre(on: connection) }
            await group.waitForAll()
        }
        // Closed: that happens at the end only.
        while !Task.isCancelled { try await Task.sleep(for: Self.pause) }
    }

    /// `nats micro ls` shows the gateway beside the services it speaks for.
    private func tellWhoWeAre(on connection: NATSConnection) async {
        let tally = self.tally
        let service = NATSService(
            .init(
                name: "kez-gateway", version: KezVersion.current, text: "HTTP, event streams and the tunnel",
                metadata: ["bind": self.configuration.bind.description]), on: connection, data: { tally.data })
        do {
            try await service.runDiscovery()
        } catch {
            self.logger.warning("discovery is not answered", metadata: ["error": "\(error)"])
        }
    }

    private func follow(_ events: Subscription) async {
        for await event in events {
            guard let subject = RegistryLogSubject(event.subject) else {
                // A kind of event that a newer registry writes: it may concern anybody.
                self.directory.invalidateAll()
                continue
            }
            self.directory.invalidate(subject.primary)
        }
    }

    private func follow(_ changes: AsyncStream<ConnectionEvent>) async {
        for await change in changes {
            switch change {
            case .connected:
                self.directory.invalidateAll()
                self.link.announceReconnect()
                self.health.report(Self.part, failure: nil)
                self.logger.info("connected to the broker")
            case .disconnected(let error):
                self.directory.invalidateAll()
                self.health.report(Self.part, failure: "the broker cannot be reached")
                self.logger.warning("lost the broker", metadata: ["error": "\(error.map(\.description) ?? "")"])
            case .reconnectFailed(let error):
                self.logger.debug("cannot reconnect", metadata: ["error": "\(error)"])
            case .permissionViolation(let words):
                self.logger.error("the broker's permissions do not fit this service", metadata: ["error": "\(words)"])
            case .slowConsumer(SubjectPatterns.registryLog, let lost):
                self.directory.invalidateAll()
                self.logger.warning("events of the registry were lost", metadata: ["nats.lost": "\(lost)"])
            // A stream that is woken already needs no second call.
            case .slowConsumer: break
            case .closed: return
            }
        }
    }
}
