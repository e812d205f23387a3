package import Logging
package import NATS
private import ServiceLifecycle

/// Runs a service's endpoints from start to an orderly stop: leave the queue groups, answer what had
/// arrived, then return.
package struct ServiceHost: Sendable {
    package let service: NATSService
    package let logger: Logger

    package init(service: NATSService, logger: Logger) {
        self.service = service
        self.logger = logger
    }

    /// Serves `handlers` until graceful shutdown or cancellation.
    package func run(_ handlers: [RPCHandler]) async throws {
        let endpoints = try handlers.map { try self.service.add($0.endpoint()) }
        defer { for endpoint in endpoints { self.service.remove(endpoint) } }
        try await Self.serve(endpoints)
    }

    /// Serves subscribed endpoints until graceful shutdown or cancellation.
    package static func serve(_ endpoints: [ActiveEndpoint]) async throws {
        await withTaskGroup(of: Bool.self) { group in
            for endpoint in endpoints {
                group.addTask {
                    await endpoint.run()
                    return true
                }
            }
            group.addTask {
                // Returns at graceful shutdown, and when the group below is cancelled because all ended.
                try? await gracefulShutdown()
                guard Task.isShuttingDownGracefully else { return false }
                await withDiscardingTaskGroup { draining in
                    for endpoint in endpoints { draining.addTask { await endpoint.drain() } }
                }
                return false
            }
            // Drained is not answered: what counts is that every endpoint has ended.
            var serving = endpoints.count
            while serving > 0, let isEndpoint = await group.next() {
                if isEndpoint { serving -= 1 }
            }
            group.cancelAll()
        }
    }
}
