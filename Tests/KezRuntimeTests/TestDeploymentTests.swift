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
        try await StreamProvisioner(connection, logger: deployment.logger).provision(ExpectedStreams(limits: deployment.limits))
        let after = try await JetStream(connection).streamInfo("KEZ_LOG_a")
        #expect(before.created == after.created)
        #expect(after.config.differences(from: ExpectedStreams(limits: deployment.limits).log(Shard(number: 10)!)) == [])
        await connection.close()
    }

    @Test func provisioningMendsAChangedStream() async throws {
        let deployment = try await TestDeployment()
        let connection = try await deployment.connect(.provision)
        let jetStream = JetStream(connection)
        var changed = try await jetStream.streamInfo("KEZ_LOG_a").config
        changed.maxMsgsPerSubject = 5
        _ = try await jetStream.updateStream(changed)
        try await StreamProvisioner(connection, logger: deployment.logger).provision(ExpectedStreams(limits: deployment.limits))
        #expect(try await jetStream.streamInfo("KEZ_LOG_a").config.maxMsgsPerSubject == 100_000)
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
