import Foundation
import GRDB
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import ServiceLifecycle
import Testing

@Suite struct WorkerTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")

    @Test func everyShardIsServed() async throws {
        let scene = try await Scene()
        try await scene.withWorker(shards: Shard.all) {
            for shard in Shard.all {
                let owner = Primary.random(in: shard.digit)
                let seq = try await scene.send(Envelopes.anonymous(), to: owner, from: nil)
                #expect(try await scene.seqs(owner) == [seq])
                #expect(try await scene.settings(owner, #"{"anonymous":false}"#).anonymous == false)
            }
        }
        // Each view holds its own settings, read by one consumer.
        try scene.removeView(Shard(digit: "3")!)
        try await scene.withWorker(shards: Shard.all) {
            for shard in Shard.all {
                let stats = try await scene.stats(Primary.random(in: shard.digit))
                #expect(stats.messages == 0)
            }
        }
    }

    /// Whoever of two replicas answers, it has seen what the other one wrote.
    @Test func replicasAnswerAlike() async throws {
        let scene = try await Scene()
        try await scene.withWorker(replica: 0) {
            try await scene.withWorker(replica: 1) {
                var expected: [UInt64] = []
                for round in 0..<60 {
                    let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
                    expected.append(seq)
                    #expect(try await scene.seqs(self.owner) == expected)
                    if round.isMultiple(of: 3) {
                        let gone = expected.remove(at: expected.count / 2)
                        #expect(try await scene.delete(self.owner, #"{"seqs":[\#(gone)]}"#) == 1)
                        #expect(try await scene.seqs(self.owner) == expected)
                        #expect(try await scene.stats(self.owner).messages == expected.count)
                    }
                    let isBlocked = round.isMultiple(of: 2)
                    _ = try await scene.settings(self.owner, #"{"blocked":[\#(isBlocked ? "\"\(self.peer)\"" : "")]}"#)
                    #expect(try await scene.settings(self.owner).blocked.isEmpty == !isBlocked)
                    #expect(try await scene.seqs(self.owner) == (isBlocked ? [] : expected))
                    if isBlocked { _ = try await scene.settings(self.owner, #"{"blocked":[]}"#) }
                }
            }
        }
    }

    @Test func statisticsTellHowFarEachShardIs() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            _ = try await scene.page(self.owner)
            let operator_ = try await scene.deployment.connect(.ops)
            let reply = try await operator_.request([], to: "$SRV.STATS.kez-inbox-worker")
            let stats = try JSONDocument(parsing: reply.payload, maximumDepth: 32).root
            let shard = try #require(stats["data"]?["shards"]?.array?.first)
            #expect(stats["data"]?["shards"]?.array?.count == 1)
            #expect(shard["shard"]?.string == "a")
            #expect(shard["state"]?.string == "ready")
            #expect(shard["inboxes"]?.unsigned == 1 && shard["messages"]?.unsigned == 1)
            #expect(shard["position"]?.unsigned == 1 && shard["last"]?.unsigned == 1)
            #expect(stats["data"]?["reports"]?.unsigned == 0)
            #expect(shard["lag"]?.unsigned == 0)
            #expect(stats["endpoints"]?.array?.count == 5)
            await operator_.close()
        }
    }

    @Test func aRestartedBrokerIsFoundAgain() async throws {
        let scene = try await Scene()
        let health = HealthBoard()
        health.report("inbox-worker", failure: "not started")
        let service = scene.service(health: health)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await eventually("ready") { health.isReady }
            let first = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            try await scene.deployment.broker.stop()
            try await eventually("health tells") { !health.isReady }
            try await scene.deployment.broker.start()
            try await eventually("ready again") { health.isReady }
            try await eventually("the gateway is back") { scene.gateway.isConnected }
            let second = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            try await eventually("both are listed") { (try? await scene.seqs(self.owner)) == [first, second] }
            group.cancelAll()
        }
    }

    /// A stop answers what had arrived, and leaves nobody waiting.
    @Test func aGracefulShutdownAnswersWhatHadArrived() async throws {
        let scene = try await Scene()
        let health = HealthBoard()
        health.report("inbox-worker", failure: "not started")
        let group = ServiceGroup(
            services: [scene.service(health: health)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await group.run() }
        try await eventually("ready") { health.isReady }
        try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
        let (answered, asked) = (LockedBox(0), LockedBox(0))
        let callers = (0..<8).map { _ in
            Task { () async -> KezError? in
                while true {
                    asked.update { $0 += 1 }
                    do throws(KezError) {
                        _ = try await scene.call(.list, self.owner)
                    } catch {
                        return error
                    }
                    answered.update { $0 += 1 }
                }
            }
        }
        try await eventually("calls are under way") { answered.value > 50 }
        await group.triggerGracefulShutdown()
        for caller in callers {
            // Not a timeout: either answered, or told at once that nobody is there.
            let error = try await within { await caller.value }
            #expect(error?.message == KezError(broker: NATSError(.noResponders, operation: "")).message)
        }
        try await within { try await running.value }
        #expect(asked.value == answered.value + callers.count)
    }

    @Test func aFolderThatCannotBeUsedStopsTheStart() async throws {
        let scene = try await Scene()
        let file = scene.folder.file("file")
        try Data().write(to: URL(filePath: file))
        let service = InboxWorkerService(
            configuration: InboxWorkerConfiguration(
                shards: [.a], databasePath: { "\(file)/view-\($0).db" },
                broker: scene.deployment.settings, pair: scene.deployment.keys.pair(.worker)),
            health: HealthBoard(), logger: scene.deployment.logger)
        await #expect(throws: InboxWorkerFailure.self) { try await within { try await service.run() } }
    }

    /// A disk that takes nothing delays, and loses nothing. Another connection's lock stands for it.
    @Test func aViewThatCannotBeWrittenWaits() async throws {
        let scene = try await Scene()
        let health = HealthBoard()
        health.report("inbox-worker", failure: "not started")
        let service = scene.service(health: health)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await eventually("ready") { health.isReady }
            var options = Configuration()
            options.allowsUnsafeTransactions = true
            let lock = try DatabaseQueue(path: scene.path(.a), configuration: options)
            try await lock.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            let refusal = await scene.refusal(.list, self.owner, "{}")
            #expect(refusal?.status == 503 && refusal?.code == .unavailable)
            try await eventually("health tells") { health.failures["inbox-worker"]?.contains("written") == true }
            try await lock.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try lock.close()
            try await eventually("ready again") { health.isReady }
            try await eventually("it is listed") { (try? await scene.seqs(self.owner)) == [seq] }
            group.cancelAll()
        }
    }
}
