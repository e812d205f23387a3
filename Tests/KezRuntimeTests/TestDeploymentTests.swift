import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@Suite struct ProvisioningTests {
    @Test func provisioningTwiceChangesNothing() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let before = try await JetStream(connection).streamInfo("KEZ_LOG_a")
        try await StreamProvisioner(connection, logger: deployment.logger).provision(
            ExpectedStreams(limits: deployment.limits))
        let after = try await JetStream(connection).streamInfo("KEZ_LOG_a")
        #expect(before.created == after.created)
        #expect(
            after.config.differences(from: ExpectedStreams(limits: deployment.limits).log(Shard(number: 10)!)) == [])
        await connection.close()
    }

    @Test func provisioningMendsAChangedStream() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let jetStream = JetStream(connection)
        var changed = try await jetStream.streamInfo("KEZ_LOG_a").config
        changed.maxMsgsPerSubject = 5
        _ = try await jetStream.updateStream(changed)
        try await StreamProvisioner(connection, logger: deployment.logger).provision(
            ExpectedStreams(limits: deployment.limits))
        #expect(try await jetStream.streamInfo("KEZ_LOG_a").config.maxMsgsPerSubject == 100_000)
        await connection.close()
    }

    @Test func aStreamOfANewerVersionIsRefusedBeforeAnythingChanges() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let jetStream = JetStream(connection)
        var newer = try await jetStream.streamInfo("KEZ_SETTINGS").config
        newer.metadata?[ExpectedStreams.layoutKey] = "\(ExpectedStreams.layout + 1)"
        _ = try await jetStream.updateStream(newer)
        var other = deployment.limits
        other.pairMessages = 7
        let provisioner = StreamProvisioner(connection, logger: deployment.logger)
        let error = await #expect(throws: StreamProvisioner.TooNew.self) {
            try await provisioner.provision(ExpectedStreams(limits: other))
        }
        #expect(error?.stream == "KEZ_SETTINGS")
        #expect(error?.layout == ExpectedStreams.layout + 1)
        #expect(try await jetStream.streamInfo("KEZ_LOG_a").config.maxMsgsPerSubject == 100_000)
        #expect(try await jetStream.streamInfo("KEZ_SETTINGS").config.layout == ExpectedStreams.layout + 1)
        await connection.close()
    }

    /// As streams were before they had a mark, or with one that an older version wrote.
    @Test(arguments: [nil, "0", "unknown"])
    func anOlderLayoutIsBroughtToThisOne(mark: String?) async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let jetStream = JetStream(connection)
        var older = try await jetStream.streamInfo("KEZ_LOG_a").config
        older.metadata?[ExpectedStreams.layoutKey] = mark
        older.allowDirect = false
        _ = try await jetStream.updateStream(older)
        try await StreamProvisioner(connection, logger: deployment.logger).provision(
            ExpectedStreams(limits: deployment.limits))
        let config = try await jetStream.streamInfo("KEZ_LOG_a").config
        #expect(config.layout == ExpectedStreams.layout)
        #expect(config.allowDirect == true)
        await connection.close()
    }

    @Test func aNewEpochReachesEveryStreamAndStays() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let jetStream = JetStream(connection)
        let provisioner = StreamProvisioner(connection, logger: deployment.logger)
        let before = StreamHead(try await jetStream.streamInfo("KEZ_LOG_a"))
        try await provisioner.provision(ExpectedStreams(limits: deployment.limits, epoch: "restored"))
        try await provisioner.provision(ExpectedStreams(limits: deployment.limits))
        for stream in ExpectedStreams(limits: deployment.limits).all {
            let info = try await jetStream.streamInfo(stream.name)
            #expect(info.config.metadata?[ExpectedStreams.epochKey] == "restored", "\(stream.name)")
        }
        #expect(StreamHead(try await jetStream.streamInfo("KEZ_LOG_a")).epoch != before.epoch)
        await connection.close()
    }

    @Test func aServiceMayNotDoAnothersWork() async throws {
        let deployment = try await TestDeployment()
        let worker = try await deployment.connect(.worker)
        let events = worker.events()
        try worker.publish([], to: "kez.registry.log.handle.\(String(repeating: "a", count: 64))")
        let event = try await within { await events.first { _ in true } }
        if case .permissionViolation = event {} else { Issue.record("\(event as Any)") }
        await worker.close()
    }
}
