package import Logging
package import NATS

/// Connects a service to a broker that may not be there yet.
package enum BrokerConnection {
    /// Tries until the broker lets us in.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; `NATSError` for what waiting does not mend.
    package static func open(_ options: ConnectionOptions, logger: Logger) async throws -> NATSConnection {
        var attempt = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            try Task.checkCancellation()
            do {
                let connection = try await NATSConnection.connect(options)
                logger.info("connected to the broker", metadata: ["connection.name": "\(options.name)"])
                return connection
            } catch  where error.kind == .hostileNonce || error.kind == .invalid {
                throw error
            } catch {
                // The first failures at a common start are no news.
                let level: Logger.Level = attempt < 5 ? .debug : .warning
                logger.log(level: level, "the broker does not let us in", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: options.reconnect.delay(attempt: attempt, using: &generator))
            attempt += 1
        }
    }

    /// Logs what happens to a connection, until it is closed.
    package static func log(_ connection: NATSConnection, logger: Logger) async {
        for await event in connection.events() {
            switch event {
            case .connected: logger.info("connected to the broker again")
            case .disconnected(let error):
                logger.warning("lost the broker", metadata: ["error": "\(error.map(\.description) ?? "")"])
            case .reconnectFailed(let error): logger.debug("cannot reconnect", metadata: ["error": "\(error)"])
            case .permissionViolation(let words):
                logger.error("the broker's permissions do not fit this service", metadata: ["error": "\(words)"])
            case .slowConsumer(let subject, let lost):
                logger.warning("requests were lost", metadata: ["nats.subject": "\(subject)", "nats.lost": "\(lost)"])
            case .closed: return
            }
        }
    }
}
