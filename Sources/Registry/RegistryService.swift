import KezCore
package import KezRuntime
package import Logging
import NATS
import ServiceLifecycle

/// Owns the names of a server: handles, sigchains and suspensions, out of the log `KEZ_REGISTRY`.
///
/// Any number of replicas run side by side; each keeps a view of its own, and every one of them writes.
///
/// Source: protocol, sections 5, 7 and 8; design, "Registry events".
package struct RegistryService: Service {
    /// The part of the health board; it fails until the view has caught up with the log.
    package static let part = "registry"

    private let configuration: RegistryConfiguration
    private let health: HealthBoard
    private let logger: Logger

    package init(configuration: RegistryConfiguration, health: HealthBoard, logger: Logger) {
        self.configuration = configuration
        self.health = health
        self.logger = logger
        self.health.report(Self.part, failure: "starting")
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: what waiting does not mend: a view that cannot be kept (`DatabaseError`), a login that cannot be
    ///   used, a log that cannot be trusted (`RegistryLogError`, which says where).
    package func run() async throws {
        let configuration = self.configuration
        let connection: NATSConnection
        do {
            connection = try await cancelWhenGracefulShutdown {
                try await BrokerConnection.open(
                    configuration.broker.options(name: "kez-registry", pair: configuration.pair), logger: self.logger)
            }
        } catch is CancellationError {
            return
        }
        do {
            let replica = try await RegistryReplica(configuration, on: connection, logger: self.logger)
            let result = await self.serve(replica, connection)
            await replica.view.close()
            try result.get()
        } catch {
            self.health.report(Self.part, failure: "\(error)")
            await connection.close()
            throw error
        }
        self.health.report(Self.part, failure: "stopped")
        await connection.close()
    }

    private func serve(_ replica: RegistryReplica, _ connection: NATSConnection) async -> Result<Void, any Error> {
        let service = NATSService(
            .init(name: "kez-registry", version: KezVersion.current, text: "Handles, sigchains and suspensions"),
            on: connection, data: { await replica.statistics() })
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await BrokerConnection.log(connection, logger: self.logger)
                    return false
                }
                group.addTask {
                    await self.reportHealth(replica.phase, connection)
                    return false
                }
                group.addTask {
                    try await service.runDiscovery()
                    return false
                }
                // Until the last call was answered: what is being written waits for it.
                group.addTask {
                    try await replica.follower.run()
                    return false
                }
                group.addTask {
                    try await self.serve(replica.calls, on: service, replica.phase)
                    return true
                }
                while let isDone = try await group.next() {
                    if isDone { group.cancelAll() }
                }
            }
            return .success(())
        } catch is CancellationError {
            return .success(())
        } catch {
            self.logger.critical("the registry stops", metadata: ["error": "\(error)"])
            return .failure(error)
        }
    }

    /// Is in the queue groups whenever the view is current, and leaves them while the log is replayed.
    private func serve(_ calls: RegistryCalls, on service: NATSService, _ phase: RegistryPhase) async throws {
        for await snapshot in phase.updates().cancelOnGracefulShutdown() where snapshot.isCurrent {
            let shared = try calls.handlers.map { try service.add($0.endpoint()) }
            // A queue group of its own: everyone hears these.
            let endpoints = try shared + calls.broadcasts.map { try service.add($0.endpoint(queue: service.id)) }
            defer { for endpoint in endpoints { service.remove(endpoint) } }
            self.logger.info("the registry takes calls")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await snapshot in phase.updates() where !snapshot.isCurrent {
                        await withDiscardingTaskGroup { draining in
                            for endpoint in endpoints { draining.addTask { await endpoint.drain() } }
                        }
                        return
                    }
                }
                defer { group.cancelAll() }
                try await ServiceHost.serve(endpoints)
            }
        }
    }

    private func reportHealth(_ phase: RegistryPhase, _ connection: NATSConnection) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in phase.updates() { self.report(phase, connection) }
            }
            group.addTask {
                for await _ in connection.events() { self.report(phase, connection) }
            }
        }
    }

    private func report(_ phase: RegistryPhase, _ connection: NATSConnection) {
        let failure: String? =
            if !connection.isConnected {
                "the broker cannot be reached"
            } else if phase.snapshot.lacksStream {
                "the stream \(StreamNames.registry) does not exist; `kez provision` makes it"
            } else if !phase.snapshot.isCurrent {
                "catching up with the log"
            } else {
                nil
            }
        self.health.report(Self.part, failure: failure)
    }
}
