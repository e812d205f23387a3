import KezCore
import KezRuntime
import KezTesting
import NATS
import ServiceLifecycle
import Testing

@testable import Registry

/// The service itself, called over the broker.
@Suite(.serialized) struct ServiceTests {
    @Test func ofFiftyClaimsOnAHandleOneWins() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let claims = try (0..<50).map { _ in try bench.person().registration("ann") }
            let outcomes = try await withThrowingTaskGroup(of: KezError?.self) { group in
                for claim in claims { group.addTask { try await refusal { try await caller.register(claim) } } }
                return try await group.reduce(into: [KezError?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.compactMap { $0 }.allSatisfy { $0.code == .handleTaken })
        }
    }

    @Test func ofFiftyClaimsByAKeyOneWins() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let ann = bench.person()
            let claims = try (0..<50).map { try ann.registration("ann\($0)") }
            let outcomes = try await withThrowingTaskGroup(of: KezError?.self) { group in
                for claim in claims { group.addTask { try await refusal { try await caller.register(claim) } } }
                return try await group.reduce(into: [KezError?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.compactMap { $0 }.allSatisfy { $0.code == .primaryTaken })
        }
    }

    @Test func ofManyClaimsOnManyHandlesOneWinsEach() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let winners = LockedBox<[String: [Primary]]>([:])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<120 {
                    let (handle, person) = ("user\(number % 12)", bench.person())
                    let claim = try person.registration(handle)
                    group.addTask {
                        guard let error = try await refusal({ try await caller.insist(claim) }) else {
                            return winners.update { $0[handle, default: []].append(person.primary) }
                        }
                        #expect(error.code == .handleTaken)
                    }
                }
                try await group.waitForAll()
            }
            #expect(winners.value.count == 12)
            for (handle, people) in winners.value {
                #expect(people.count == 1)
                // Both replicas say so, whoever is asked.
                for _ in 0..<4 { #expect(try await caller.lookup(handle).primary == people.first) }
            }
        }
    }

    @Test func waitsForItsStream() async throws {
        let bench = try await RegistryBench()
        let provision = try await bench.deployment.connect(.provision)
        let jetStream = JetStream(provision)
        try await jetStream.deleteStream(StreamNames.registry)
        let health = HealthBoard()
        let service = RegistryService(
            configuration: bench.configuration(), health: health, logger: bench.deployment.logger)
        let operations = try await bench.deployment.connect(.ops)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await eventually("the registry says what it waits for") {
                health.failures[RegistryService.part]?.contains(StreamNames.registry) ?? false
            }
            let stats = try await operations.request([], to: "$SRV.STATS.kez-registry").payload.json
            #expect(stats["data"]?["state"]?.string == "waiting")
            _ = try await jetStream.createStream(ExpectedStreams(limits: bench.limits).registry)
            try await eventually("the registry takes calls") { health.isReady }
            group.cancelAll()
        }
        await operations.close()
        await provision.close()
    }

    @Test func ofOneClaimSentFiftyTimesOneIsAccepted() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let claim = try bench.person().registration("ann")
            let outcomes = try await withThrowingTaskGroup(of: KezError?.self) { group in
                for _ in 0..<50 { group.addTask { try await refusal { try await caller.register(claim) } } }
                return try await group.reduce(into: [KezError?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.compactMap { $0 }.allSatisfy { $0.code == .replayed && $0["user"] != nil })
        }
    }

    @Test func differentClaimsAllWinOnBothReplicas() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    let claim = try bench.person().registration("user\(number)")
                    group.addTask { _ = try await caller.insist(claim) }
                }
                try await group.waitForAll()
            }
            for number in 0..<100 { #expect(try await caller.lookup("user\(number)").handle.text == "user\(number)") }
        }
    }

    @Test func searchesForRegisteredKeys() async throws {
        var bench = try await RegistryBench()
        bench.limits.searches = TokenBucketLimit(burst: 8, perSecond: 0.001)
        try await bench.serving { [bench] caller in
            let ann = bench.person()
            for number in 10..<35 { _ = try await caller.register(bench.person().registration("ann\(number)")) }
            let gone = bench.person()
            _ = try await caller.register(gone.registration("ann99"))
            _ = try await caller.call(.release, gone.release("ann99"))
            _ = try await caller.register(ann.registration("annx"))
            func search(_ prefix: String, _ limit: Int64? = nil, as person: Person = ann) async throws -> [String] {
                var body = "{\"prefix\":\"\(prefix)\"}"
                if let limit { body = "{\"prefix\":\"\(prefix)\",\"limit\":\(limit)}" }
                let answer = try await caller.call(.search, Array(body.utf8), as: .account(person.primary))
                return try UserList(json: answer.json).users.map(\.handle.text)
            }
            #expect(try await search("ann") == (10..<30).map { "ann\($0)" })
            #expect(try await search("ann", 1000).count == 20)
            #expect(try await search("ANN", 3) == ["ann10", "ann11", "ann12"])
            #expect(try await search("annx") == ["annx"])
            #expect(try await search("ann99") == [])
            #expect(try await search("zzz") == [])
            #expect(try await refusal { try await search("an") }?.status == 400)
            #expect(try await refusal { try await search("ann", as: bench.person()) }?.code == .forbidden)
            let service = try await refusal { try await caller.call(.search, Array("{\"prefix\":\"ann\"}".utf8)) }
            #expect(service?.code == .forbidden)
            for _ in 0..<2 { _ = try await search("ann") }
            let limited = try await refusal { try await search("ann") }
            #expect(limited?.code == .rateLimited)
            #expect(try #require(limited?.retryAfter) > 0)
        }
    }

    @Test func admitIsForServices() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            let ann = bench.person()
            let user = try await caller.register(ann.registration("ann"))
            let body = PrimaryRequest(ann.primary).bytes
            for service in [RPCCaller.Service.callout, .gateway, .worker] {
                let answer = try await caller.call(.admit, body, as: .service(service))
                #expect(try Admission(json: answer.json) == Admission(user: user, isSuspended: false))
            }
            for other in [RPCCaller.account(ann.primary), .service(.operator)] {
                #expect(try await refusal { try await caller.call(.admit, body, as: other) }?.code == .forbidden)
            }
            let found = try await caller.call(.byPrimary, body, as: .account(bench.person().primary)).user
            #expect(found == user)
            let nobody = PrimaryRequest(bench.person().primary).bytes
            #expect(try await refusal { try await caller.call(.byPrimary, nobody) }?.code == .notFound)
            #expect(
                try await refusal { try await caller.call(.byPrimary, Array("{\"primary\":\"x\"}".utf8)) }?.status
                    == 400)
            #expect(try await caller.status(of: ann) == AccountStatus(handle: user.handle, isSuspended: false))
        }
    }

    @Test func whatIsNotServedHasNoResponder() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            for method in [RPCEndpoint.Registry.erase] {
                await #expect {
                    _ = try await caller.client.connection.request(
                        [], to: RPCSubject(caller: .service(.operator), endpoint: .registry(method)).text)
                } throws: { ($0 as? NATSError)?.kind == .noResponders }
            }
        }
    }

    @Test func isFoundByDiscovery() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            _ = try await caller.register(bench.person().registration("ann"))
            let operations = try await bench.deployment.connect(.ops)
            let stats = try await operations.request([], to: "$SRV.STATS.kez-registry").payload.json
            #expect(stats["data"]?["position"]?.unsigned == 1)
            #expect(stats["data"]?["handles"]?.unsigned == 1)
            #expect(stats["endpoints"]?.array?.count == 13)
            #expect(stats["data"]?["suspended"]?.unsigned == 0 && stats["data"]?["lag"]?.unsigned == 0)
            #expect(stats["data"]?["state"]?.string == "ready")
            await operations.close()
        }
    }

    @Test func survivesTheBrokersRestart() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let (ann, bob) = (bench.person(), bench.person())
            let user = try await caller.register(ann.registration("ann"))
            try await bench.deployment.broker.stop(signal: 9)
            try await bench.deployment.broker.start()
            try await eventually("reads work again") { (try? await caller.lookup("ann")) == user }
            let claim = try bob.registration("bob")
            try await eventually("writes work again") {
                try await [nil, .replayed].contains(refusal { try await caller.register(claim) }?.code)
            }
            #expect(try await caller.lookup("bob").primary == bob.primary)
        }
    }

    @Test func leavesWhileItsLogIsReplacedAndComesBack() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b"]) { caller in
            let (ann, bob) = (bench.person(), bench.person())
            _ = try await caller.register(ann.registration("ann"))
            let provision = try await bench.deployment.connect(.provision)
            let jetStream = JetStream(provision)
            try await jetStream.deleteStream(StreamNames.registry)
            #expect(try await refusal { try await caller.lookup("ann") }?.status == 503)
            _ = try await jetStream.createStream(ExpectedStreams(limits: bench.limits).registry)
            await provision.close()
            let claim = try bob.registration("ann")
            try await eventually("the name is free in the new log") {
                try await [nil, .replayed].contains(refusal { try await caller.register(claim) }?.code)
            }
            for _ in 0..<20 {
                try await eventually("both replicas are back") {
                    (try? await caller.lookup("ann"))?.primary == bob.primary
                }
            }
        }
    }

    @Test func aShutdownLeavesNoCallUnanswered() async throws {
        let bench = try await RegistryBench()
        let gateway = try await bench.deployment.connect(.gateway)
        let caller = RegistryCaller(client: RPCClient(gateway))
        let health = HealthBoard()
        let service = RegistryService(
            configuration: bench.configuration(), health: health, logger: bench.deployment.logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], logger: bench.deployment.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the registry takes calls") { health.isReady }
            try await eventually("the broker knows the endpoints") {
                try await refusal { try await caller.lookup("ann") }?.code == .notFound
            }
            let claims = try (0..<40).map { try bench.person().registration("user\($0)") }
            let outcomes = try await withThrowingTaskGroup(of: (Int, KezError?).self) { calls in
                for (number, claim) in claims.enumerated() {
                    calls.addTask { (number, try await refusal { try await caller.register(claim) }) }
                }
                try await gateway.flush()
                await group.triggerGracefulShutdown()
                return try await calls.reduce(into: [(Int, KezError?)]()) { $0.append($1) }
            }
            // Done, or told that it was not done or that nobody is there: never silence.
            let silence = KezError(broker: NATSError(.timeout, operation: ""))
            for outcome in outcomes.compactMap(\.1) { #expect(outcome.status == 503 && outcome != silence) }
            try await tasks.waitForAll()
            #expect(health.failures[RegistryService.part] == "stopped")
            // What was answered is there for the next one.
            try await bench.replica("next") { replica in
                for (number, outcome) in outcomes where outcome == nil { _ = try await replica.lookup("user\(number)") }
            }
        }
        await gateway.close()
    }
}
