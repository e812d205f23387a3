import Foundation
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry

/// Views and the log: replay, restart, erased events, another log, damage.
@Suite struct LogTests {
    /// What a view answers about people and their handles.
    private static func answers(_ replica: TestReplica, _ people: [(Person, String)]) async throws -> [[UInt8]] {
        var answers: [[UInt8]] = []
        for (person, handle) in people {
            do {
                answers.append(try await replica.lookup(handle).bytes)
            } catch let error as KezError {
                answers.append(error.body)
            }
            do {
                answers.append(try await replica.chain(person.primary).bytes)
            } catch let error as KezError {
                answers.append(error.body)
            }
            answers.append(try await replica.status(person.primary).bytes)
            answers.append(try await replica.admit(person.primary))
        }
        return answers
    }

    /// People in every state: with chains, released, come back, suspended.
    private static func populate(_ bench: RegistryBench, _ replica: TestReplica) async throws -> [(Person, String)] {
        var people: [(Person, String)] = []
        for number in 0..<12 {
            let (person, handle) = (bench.person(), "user\(number)")
            people.append((person, handle))
            let padded = Array("\n ".utf8) + (try person.registration(handle)) + Array(" \n".utf8)
            _ = try await replica.register(padded)
            var chain = Sigchain(primary: person.primary)
            for _ in 0..<(number % 4) {
                let link = try person.adding(bench.person(), to: chain)
                chain = try chain.extended(by: [link])
                _ = try await replica.append(Array(" ".utf8) + link + Array("\n".utf8))
            }
            if number % 3 == 0 { _ = try await replica.release(person.release(handle)) }
            if number % 6 == 0 { _ = try await replica.register(person.registration(handle, mark: 1)) }
        }
        _ = try await bench.append([
            .suspend(people[1].0.primary, reason: "spam", until: nil),
            .suspend(people[2].0.primary, reason: "", until: nil),
            .resume(people[2].0.primary),
        ])
        return people
    }

    @Test func aDeletedViewGivesTheSameAnswersAgain() async throws {
        let bench = try await RegistryBench()
        let (people, before) = try await bench.replica("a") { replica in
            let people = try await Self.populate(bench, replica)
            return (people, try await Self.answers(replica, people))
        }
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: bench.configuration("a").databasePath + suffix)
        }
        let after = try await bench.replica("a") { try await Self.answers($0, people) }
        #expect(before == after)
        let other = try await bench.replica("b") { try await Self.answers($0, people) }
        #expect(before == other)
    }

    @Test func aRestartGoesOnWhereItWas() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        _ = try await bench.replica("a") { try await $0.register(ann.registration("ann")) }
        // Written while it was away.
        let bob = bench.person()
        _ = try await bench.replica("b") { try await $0.register(bob.registration("bob")) }
        try await bench.replica("a") { replica async throws in
            #expect(try await replica.lookup("ann").primary == ann.primary)
            #expect(try await replica.lookup("bob").primary == bob.primary)
            #expect(try await refusal { try await replica.register(ann.registration("ann3")) }?.code == .primaryTaken)
            #expect(replica.replica.view.gate.position == 2)
        }
    }

    @Test func whatOneWroteTheOtherReads() async throws {
        let bench = try await RegistryBench()
        try await bench.replica("a") { first in
            try await bench.replica("b") { second in
                for number in 0..<100 {
                    let (ann, bob) = (bench.person(), bench.person())
                    let user = try await first.register(ann.registration("ann\(number)"))
                    #expect(try await second.lookup("ann\(number)") == user)
                    _ = try await second.register(bob.registration("bob\(number)"))
                    #expect(try await first.lookup("bob\(number)").primary == bob.primary)
                }
            }
        }
    }

    @Test func aRefusalIsNeverOutOfAnOldView() async throws {
        let bench = try await RegistryBench()
        try await bench.replica("a") { first in
            try await bench.replica("b") { second in
                let ann = bench.person()
                for number in 0..<40 {
                    _ = try await first.register(ann.registration("ann", mark: number))
                    _ = try await second.release(ann.release("ann", mark: number))
                }
            }
        }
    }

    private func erase(_ bench: RegistryBench, _ leaves: [RegistryLeaf], of person: Person) async throws {
        _ = try await bench.append(leaves.map { .erased(person.primary, leaf: $0) })
    }

    private static func contents(_ bench: RegistryBench, _ person: Person, _ handle: String) throws -> [RegistryEvent
        .Content]
    {
        let name = try #require(Handle(handle))
        let chain = Sigchain(primary: person.primary)
        let phone = bench.person()
        return [
            .handle(name, person.primary, envelope: try person.registration(handle)),
            .chain(person.primary, devices: [phone.primary], envelope: try person.adding(phone, to: chain)),
            .suspend(person.primary, reason: "spam", until: nil),
            .release(name, person.primary, envelope: try person.release(handle)),
            .handle(name, person.primary, envelope: try person.registration(handle, mark: 1)),
        ]
    }

    @Test func anErasedPersonIsGoneFromOldAndNewViews() async throws {
        let bench = try await RegistryBench()
        let (ann, bob) = (bench.person(), bench.person())
        let handle = try #require(Handle("bob"))
        let leaves = try await bench.append(
            Self.contents(bench, ann, "ann") + [.handle(handle, bob.primary, envelope: bob.registration("bob"))])
        let people = [(ann, "ann"), (bob, "bob")]
        let before = try await bench.replica("old") { replica in
            #expect(try await replica.lookup("ann").sigchain.length == 1)
            try await self.erase(bench, Array(leaves.prefix(5)), of: ann)
            // Until here an old view has seen everything; a new one misses what is deleted.
            let answers = try await Self.answers(replica, people)
            try await bench.delete(1, 2, 3, 4, 5)
            return answers
        }
        for name in ["old", "new"] {
            try await bench.replica(name) { replica async throws in
                #expect(try await Self.answers(replica, people) == before)
                #expect(try await refusal { try await replica.lookup("ann") }?.code == .notFound)
                #expect(try await refusal { try await replica.chain(ann.primary) }?.code == .notFound)
                #expect(try await replica.status(ann.primary) == AccountStatus(handle: nil, isSuspended: false))
                let thief = try await refusal { try await replica.register(bench.person().registration("ann")) }
                #expect(thief?.code == .handleTaken)
            }
        }
        _ = try await bench.replica("new") { try await $0.register(ann.registration("ann", mark: 2)) }
        #expect(try await bench.replica("old") { try await $0.lookup("ann").primary } == ann.primary)
    }

    @Test func eventsMayBeErasedWhileAReplicaIsAway() async throws {
        let bench = try await RegistryBench()
        let (ann, bob) = (bench.person(), bench.person())
        _ = try await bench.replica("a") { try await $0.register(bob.registration("bob")) }
        let leaves = try await bench.append(Self.contents(bench, ann, "ann"))
        try await self.erase(bench, leaves, of: ann)
        try await bench.delete(2, 3, 4, 5, 6)
        try await bench.replica("a") { replica async throws in
            #expect(try await replica.lookup("bob").primary == bob.primary)
            #expect(try await refusal { try await replica.lookup("ann") }?.code == .notFound)
        }
    }

    private func failure(_ bench: RegistryBench, _ name: String) async throws -> (any Error)? {
        let health = HealthBoard()
        let service = RegistryService(
            configuration: bench.configuration(name), health: health, logger: bench.deployment.logger)
        return try await within(.seconds(20), "the refusal to start") {
            do {
                try await service.run()
                return nil
            } catch {
                #expect(health.failures[RegistryService.part] == "\(error)")
                return error
            }
        }
    }

    @Test func aMissingEventStopsTheStart() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        let leaves = try await bench.append(Self.contents(bench, ann, "ann"))
        // Two of three are explained.
        try await self.erase(bench, [leaves[0], leaves[2]], of: ann)
        try await bench.delete(1, 2, 3)
        #expect(try await self.failure(bench, "a") as? RegistryLogError == .gap(expected: 1, found: 2))
        // Not forgotten at the next start either.
        #expect(try await self.failure(bench, "a") as? RegistryLogError == .gap(expected: 1, found: 2))
    }

    @Test func aDeletedTailStopsTheStart() async throws {
        let bench = try await RegistryBench()
        _ = try await bench.append(Self.contents(bench, bench.person(), "ann"))
        try await bench.delete(5)
        #expect(try await self.failure(bench, "a") as? LostTail == LostTail(seq: 5))
    }

    @Test func aForgedExplanationStopsTheStart() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        let leaves = try await bench.append(Self.contents(bench, ann, "ann"))
        let forged = RegistryLeaf(
            n: 1, prev: leaves[1].prev, time: leaves[1].time, server: leaves[1].server, kind: .chain,
            subjects: leaves[1].subjects, value: leaves[0].value)
        try await self.erase(bench, [forged], of: ann)
        #expect(try await self.failure(bench, "seen") as? RegistryLogError == .broken(at: 5))
        try await bench.delete(2)
        #expect(try await self.failure(bench, "missed") as? RegistryLogError == .broken(at: 2))
    }

    @Test func anythingElseInTheLogStopsTheStart() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        let connection = try await bench.deployment.connect(.registry)
        _ = try await JetStream(connection).publish([], to: Subjects.registryLog(.handle, ann.primary))
        await connection.close()
        #expect((try await self.failure(bench, "a") as? UnusableEvent)?.seq == 1)
    }

    @Test func anotherLogMakesAnotherView() async throws {
        let bench = try await RegistryBench()
        let (ann, bob) = (bench.person(), bench.person())
        try await bench.replica("a") { replica in
            _ = try await replica.register(ann.registration("ann"))
            // The operator throws the log away under the running registry.
            let provision = try await bench.deployment.connect(.provision)
            let jetStream = JetStream(provision)
            try await jetStream.deleteStream(StreamNames.registry)
            _ = try await jetStream.createStream(ExpectedStreams(limits: bench.limits).registry)
            await provision.close()
            try await eventually("the view is that of the new log") {
                try await refusal { try await replica.lookup("ann") }?.code == .notFound
            }
            _ = try await replica.register(bob.registration("ann"))
            #expect(try await replica.lookup("ann").primary == bob.primary)
        }
        #expect(try await bench.replica("a") { try await $0.lookup("ann").primary } == bob.primary)
    }

    /// Rubbish over every page but the first.
    private static func damage(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
        try file.close()
    }

    @Test func aDamagedViewIsBuiltAgain() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        let path = bench.configuration("a").databasePath
        try await bench.replica("a") { replica in
            _ = try await replica.register(ann.registration("ann"))
            for number in 0..<40 { _ = try await replica.register(bench.person().registration("user\(number)")) }
            // Everything into the file itself, then rubbish over its pages.
            try await replica.replica.view.checkpoint()
            try Self.damage(path)
            let generation = replica.replica.phase.generation
            try await eventually("the view is built again") {
                _ = try? await replica.lookup("ann")
                return replica.replica.phase.snapshot.isCurrent && replica.replica.phase.generation > generation
            }
            #expect(try await replica.lookup("ann").primary == ann.primary)
            _ = try await replica.register(bench.person().registration("later"))
            #expect(try await replica.replica.statistics().json["handles"]?.unsigned == 42)
        }
    }

    @Test func aViewThatWasDamagedWhileNobodyRanIsBuiltAgain() async throws {
        let bench = try await RegistryBench()
        let ann = bench.person()
        let path = bench.configuration("a").databasePath
        try await bench.replica("a") { replica in
            _ = try await replica.register(ann.registration("ann"))
            try await replica.replica.view.checkpoint()
        }
        // The first page stays: the file opens, and what it holds cannot be read.
        try Self.damage(path)
        try await bench.replica("a") { replica in
            let found = try await replica.lookup("ann")
            #expect(found.primary == ann.primary)
            let statistics = try await replica.replica.statistics().json
            #expect(statistics["handles"]?.unsigned == 1)
        }
    }
}
