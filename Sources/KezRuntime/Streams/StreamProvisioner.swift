package import Logging
package import NATS

/// Creates the streams with the provisioning key, and brings those that differ to what is needed.
package struct StreamProvisioner: Sendable {
    /// A stream is not as the code needs it, and may not or cannot be changed.
    package struct Mismatch: Error, Equatable, Sendable, CustomStringConvertible {
        package let stream: String
        package let differences: [String]

        package var description: String {
            "the stream \(self.stream) is not as this version needs it: \(self.differences.joined(separator: "; "))"
        }
    }

    /// A stream that a newer version has changed.
    package struct TooNew: Error, Equatable, Sendable, CustomStringConvertible {
        package let stream: String
        package let layout: Int

        package var description: String {
            "the stream \(self.stream) has layout \(self.layout), this version knows \(ExpectedStreams.layout): run "
                + "the version that changed it, or restore a backup from before"
        }
    }

    package let jetStream: JetStream
    package let logger: Logger

    package init(_ connection: NATSConnection, logger: Logger) {
        self.jetStream = JetStream(connection, timeout: .seconds(10))
        self.logger = logger
    }

    /// Makes every stream what `expected` says, all at once.
    ///
    /// - Throws: `TooNew`, before anything is changed; `Mismatch` when the server keeps something else than it was
    ///   told (an old server ignores what it does not know); `NATSError`.
    package func provision(_ expected: ExpectedStreams) async throws {
        for configuration in expected.all {
            guard let layout = try await self.layout(of: configuration.name) else { continue }
            guard layout <= ExpectedStreams.layout else { throw TooNew(stream: configuration.name, layout: layout) }
        }
        try await withThrowingDiscardingTaskGroup { group in
            for configuration in expected.all { group.addTask { try await self.provision(configuration) } }
        }
    }

    private func provision(_ asked: StreamConfiguration) async throws {
        let info = try await self.info(asked)
        var wanted = asked
        // A start that asks for fewer replicas than there are takes none away.
        wanted.numReplicas = max(asked.numReplicas ?? 1, info.config.numReplicas ?? 1)
        var differences = info.config.differences(from: wanted)
        if !differences.isEmpty {
            self.logger.notice(
                "changing a stream",
                metadata: ["stream": "\(wanted.name)", "differences": "\(differences.joined(separator: "; "))"])
            var changed = wanted
            changed.metadata = (info.config.metadata ?? [:]).merging(wanted.metadata ?? [:]) { $1 }
            differences = try await self.jetStream.updateStream(changed).config.differences(from: wanted)
        }
        guard differences.isEmpty else { throw Mismatch(stream: wanted.name, differences: differences) }
    }

    /// nil when there is no such stream.
    private func layout(of name: String) async throws(NATSError) -> Int? {
        do {
            return try await self.jetStream.streamInfo(name).config.layout
        } catch {
            guard case .jetStream(.streamNotFound, _) = error.kind else { throw error }
            return nil
        }
    }

    /// The stream, created when there is none.
    private func info(_ wanted: StreamConfiguration) async throws(NATSError) -> StreamInfo {
        do {
            return try await self.jetStream.streamInfo(wanted.name)
        } catch {
            guard case .jetStream(.streamNotFound, _) = error.kind else { throw error }
        }
        self.logger.info("creating a stream", metadata: ["stream": "\(wanted.name)"])
        do {
            return try await self.jetStream.createStream(wanted)
        } catch {
            // Somebody else made it meanwhile, or the first answer of a young cluster got lost.
            guard case .jetStream(.streamNameInUse, _) = error.kind else { throw error }
            return try await self.jetStream.streamInfo(wanted.name)
        }
    }
}
