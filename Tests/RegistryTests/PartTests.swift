import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry

/// The small parts that calls stand on.
@Suite struct PartTests {
    private let server: ServerName

    init() throws { self.server = try #require(ServerName("kez.test")) }

    @Test func onlyOneAtATimeAndInTheirOrder() async {
        let turnstile = Turnstile()
        let inside = LockedBox(0)
        let entered = LockedBox<[Int]>([])
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    await turnstile.turn {
                        inside.update { $0 += 1 }
                        #expect(inside.value == 1)
                        await Task.yield()
                        entered.update { $0.append(number) }
                        inside.update { $0 -= 1 }
                    }
                }
            }
        }
        #expect(entered.value.sorted() == Array(0..<200))
    }

    @Test func aTurnThatFailsLetsTheNextOneIn() async throws {
        let turnstile = Turnstile()
        let failure = try await refusal {
            try await turnstile.turn { () throws(KezError) in throw KezError(.replayed) }
        }
        #expect(failure?.code == .replayed)
        await turnstile.turn {}
    }

    @Test func budgetsAreEachCallersOwnAndBounded() async throws {
        let budgets = SearchBudgets(TokenBucketLimit(burst: 2, perSecond: 0.0001), capacity: 3)
        let people = (0..<5).map { _ in Person(self.server).primary }
        for _ in 0..<2 { try budgets.take(people[0]) }
        #expect(throws: KezError.self) { try budgets.take(people[0]) }
        for person in people.dropFirst() { try budgets.take(person) }
        #expect(budgets.count == 3)
        // The one that was used longest ago is forgotten, and begins anew.
        try budgets.take(people[0])
        let off = SearchBudgets(.off)
        for _ in 0..<1000 { try off.take(people[0]) }
    }

    @Test func theLeastRecentlyUsedChainGoes() {
        let cache = ChainCache(capacity: 2)
        let chains = (0..<3).map { _ in Sigchain(primary: Person(self.server).primary) }
        cache.keep(chains[0])
        cache.keep(chains[1])
        #expect(cache[chains[0].primary] != nil)
        cache.keep(chains[2])
        #expect(cache[chains[1].primary] == nil)
        #expect(cache[chains[0].primary] != nil && cache[chains[2].primary] != nil)
    }

    @Test func troubleOfAnEarlierGenerationIsOver() async {
        let phase = RegistryPhase()
        let first = phase.begin()
        phase.reachedHead(in: first)
        #expect(phase.snapshot.isCurrent)
        phase.want(.follow, in: first)
        phase.want(.rebuild, in: first)
        phase.want(.follow, in: first)
        #expect(phase.snapshot == .init(generation: first, isCurrent: false, remedy: .rebuild))
        phase.reachedHead(in: first)
        #expect(!phase.snapshot.isCurrent)
        let second = phase.begin()
        phase.want(.rebuild, in: first)
        phase.reachedHead(in: first)
        #expect(phase.snapshot == .init(generation: second, isCurrent: false, remedy: nil))
        var updates = phase.updates().makeAsyncIterator()
        #expect(await updates.next()?.generation == second)
        phase.reachedHead(in: second)
        #expect(await updates.next()?.isCurrent == true)
    }

    @Test(arguments: [0, 1, 999, 1_795_246_214_250, -1, -1001, 253_402_300_799_999] as [Int64])
    func timesOfTheViewAreExact(milliseconds: Int64) {
        #expect(Timestamp(unixMilliseconds: milliseconds).unixMilliseconds == milliseconds)
    }

    @Test func callsWaitForEventsThatTheViewLacks() async throws {
        let bench = try await RegistryBench()
        let connection = try await bench.deployment.connect(.registry)
        let replica = try await RegistryReplica(bench.configuration(), on: connection, logger: bench.deployment.logger)
        let caller = TestReplica(replica: replica, connection: connection)
        let ann = bench.person()
        #expect(try await refusal { try await caller.lookup("ann") }?.code == .catchingUp)

        // Nobody follows the log: the test brings its events.
        try await replica.view.begin(epoch: StreamHead.read(StreamNames.registry, JetStream(connection)).epoch)
        let generation = replica.phase.begin()
        replica.phase.reachedHead(in: generation)
        #expect(try await refusal { try await caller.lookup("ann") }?.code == .notFound)
        let handle = try #require(Handle("ann"))
        _ = try await bench.append([.handle(handle, ann.primary, envelope: ann.registration("ann"))])
        let late = try await refusal { try await replica.barrier.pass(before: Deadline(after: .milliseconds(300))) }
        #expect(late?.code == .unavailable)
        async let user = caller.lookup("ann")
        let message = try await JetStream(connection).message(1, of: StreamNames.registry)
        try await replica.view.apply([LoggedEvent(message)])
        #expect(try await user.primary == ann.primary)
        // A view that does not come nearer for long is followed anew.
        _ = try await bench.append([.resume(ann.primary)])
        #expect(try await refusal { try await caller.lookup("ann") }?.code == .unavailable)
        #expect(replica.phase.snapshot.remedy == .follow)
        await replica.view.close()
        await connection.close()
    }
}
