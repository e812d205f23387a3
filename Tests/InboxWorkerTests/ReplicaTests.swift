import Foundation
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import ServiceLifecycle
import Testing

@Suite(.serialized) struct ReplicaTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")

    /// A worker that builds its view from a long log is in nobody's way.
    @Test func callersDoNotNoticeAReplicaThatReplays() async throws {
        let scene = try await Scene()
        let count = 30_000
        try await scene.withWorker(replica: 0) {
            try await scene.send(
                (0..<count).map { Envelopes.anonymous("\($0)") }, to: self.owner, from: self.peer)
            let health = HealthBoard()
            try await scene.withWorker(replica: 1, health: health, isWaiting: false) {
                var last = UInt64(count)
                var calls = 0
                while !health.isReady {
                    if calls.isMultiple(of: 5) {
                        last = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
                    }
                    // Every call succeeds at once, and sees what was acknowledged before it.
                    #expect(try await scene.head(self.owner).lastSeq == last)
                    #expect(try await scene.page(self.owner, since: last - 1).messages.map(\.seq) == [last])
                    calls += 1
                }
                #expect(calls > 0)
                for _ in 0..<50 { #expect(try await scene.stats(self.owner).messages == Int(last)) }
            }
        }
    }

    /// One replica after the other is stopped and started while people use their inboxes.
    @Test func aRollingRestartLosesNoCall() async throws {
        let scene = try await Scene()
        let calls = LockedBox(0)
        let failures = LockedBox<[String]>([])
        let isOver = LockedBox(false)
        let owners = (0..<6).map { _ in Primary.random() }
        var running = [try await Replica(scene, 0), try await Replica(scene, 1)]
        let callers = owners.map { owner in
            Task {
                var expected: [UInt64] = []
                while !isOver.value {
                    do {
                        expected.append(try await scene.send(Envelopes.anonymous(), to: owner, from: self.peer))
                        let seqs = try await scene.seqs(owner)
                        if seqs != expected { failures.update { $0.append("listed \(seqs), not \(expected)") } }
                        if expected.count > 5 {
                            let first = expected.removeFirst()
                            let deleted = try await scene.delete(owner, #"{"seqs":[\#(first)]}"#)
                            if deleted != 1 { failures.update { $0.append("deleted \(deleted)") } }
                        }
                        let anonymous = Bool.random()
                        let settings = try await scene.settings(owner, #"{"anonymous":\#(anonymous)}"#)
                        if settings.anonymous != anonymous { failures.update { $0.append("other settings") } }
                    } catch {
                        failures.update { $0.append("\(error)") }
                    }
                    calls.update { $0 += 1 }
                }
            }
        }
        for _ in 0..<3 {
            for index in 0..<2 {
                let before = calls.value
                try await eventually("calls are under way") { calls.value > before + 30 }
                try await running[index].stop()
                let alone = calls.value
                try await eventually("the other one answers alone") { calls.value > alone + 30 }
                running[index] = try await Replica(scene, index)
            }
        }
        isOver.value = true
        for caller in callers { await caller.value }
        for replica in running { try await replica.stop() }
        // None at all: without a single retry.
        #expect(failures.value == [])
    }

    /// A worker as a process has it: stopped by a signal.
    private struct Replica {
        let group: ServiceGroup
        let task: Task<Void, any Error>

        init(_ scene: Scene, _ number: Int) async throws {
            let health = HealthBoard()
            health.report("inbox-worker", failure: "not started")
            let group = ServiceGroup(
                services: [scene.service(replica: number, health: health)], logger: scene.deployment.logger)
            self.group = group
            self.task = Task { try await group.run() }
            try await eventually("replica \(number) is ready") { health.isReady }
        }

        func stop() async throws {
            await self.group.triggerGracefulShutdown()
            try await within { try await self.task.value }
        }
    }
}
