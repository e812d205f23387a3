import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@testable import Registry

/// The operator's calls and the reports of workers and gateways, over the broker.
@Suite(.serialized) struct SuspensionTests {
    @Test func theOperatorSuspendsListsAndResumes() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        try await bench.serving(["a", "b"], isManual: true) { caller in
            let (ann, nobody) = (bench.person(), bench.person())
            let clock = bench.clock
            _ = try await caller.register(ann.registration("ann", at: clock.time))
            let until = clock.time.advanced(by: .seconds(3600))
            let handle = SuspensionTarget.handle(try #require(Handle("ann")))
            let first = try await Suspension(
                json: caller.operate(.suspend, SuspendRequest(handle, reason: "Spam.", until: until)))
            #expect(
                first
                    == Suspension(
                        primary: ann.primary, handle: Handle("ann"), reason: "Spam.", since: clock.time, until: until,
                        isAutomatic: false))
            // A key without a handle, for ever.
            let request = try SuspendRequest(.primary(nobody.primary), reason: "Fraud.")
            let second = try await Suspension(json: caller.operate(.suspend, request))
            #expect(second.handle == nil && second.until == nil)
            let bans = [first, second].sorted { $0.primary < $1.primary }
            #expect(try await caller.bans() == BanList(bans: bans, hasMore: false))
            #expect(try await caller.bans(BansRequest(limit: 1)) == BanList(bans: [bans[0]], hasMore: true))
            let rest = try await caller.bans(BansRequest(after: bans[0].primary, limit: 1))
            #expect(rest == BanList(bans: [bans[1]], hasMore: false))
            #expect(
                try await caller.status(of: ann)
                    == AccountStatus(handle: Handle("ann"), isSuspended: true, reason: "Spam.", until: until))
            let admission = try await caller.call(.admit, PrimaryRequest(ann.primary).bytes, as: .service(.callout))
            #expect(try Admission(json: admission.json).reason == "Spam.")
            #expect(try Admission(json: admission.json).until == until)
            // Looked up as ever.
            #expect(try await caller.lookup("ann").primary == ann.primary)

            // Anew: another reason, no end.
            clock.advance(by: .seconds(10))
            let again = try await Suspension(
                json: caller.operate(.suspend, SuspendRequest(.primary(ann.primary), reason: "Much spam.")))
            #expect(again.reason == "Much spam." && again.until == nil && again.since == clock.time)
            #expect(try await caller.bans().bans.contains(again))

            let resumed = try await Resumption(json: caller.operate(.resume, ResumeRequest(handle)))
            #expect(resumed == Resumption(primary: ann.primary, resumed: true))
            let twice = try await Resumption(json: caller.operate(.resume, ResumeRequest(handle)))
            #expect(twice == Resumption(primary: ann.primary, resumed: false))
            #expect(try await caller.status(of: ann).isSuspended == false)
            #expect(try await caller.bans().bans.map(\.primary) == [nobody.primary])
        }
    }

    @Test func aSuspensionEndsByItself() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        try await bench.serving(isManual: true) { caller in
            let ann = bench.person()
            let until = bench.clock.time.advanced(by: .seconds(60))
            _ = try await caller.operate(.suspend, SuspendRequest(.primary(ann.primary), reason: "x", until: until))
            bench.clock.advance(by: .seconds(59))
            #expect(try await caller.bans().bans.count == 1)
            bench.clock.advance(by: .seconds(1))
            #expect(try await caller.bans().bans.isEmpty)
            #expect(try await caller.status(of: ann).isSuspended == false)
            let late = ResumeRequest(.primary(ann.primary))
            #expect(try await Resumption(json: caller.operate(.resume, late)).resumed == false)
        }
    }

    @Test func nobodyButTheOperatorSuspends() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            let ann = bench.person()
            _ = try await caller.register(ann.registration("ann"))
            let others: [RPCCaller] = [
                .account(ann.primary), .account(bench.person().primary), .service(.gateway), .service(.worker),
                .service(.callout),
            ]
            let bodies: [(RPCEndpoint.Registry, [UInt8])] = [
                (.suspend, try SuspendRequest(.primary(ann.primary), reason: "x").bytes),
                (.resume, ResumeRequest(.primary(ann.primary)).bytes), (.bans, BansRequest().bytes),
            ]
            for other in others {
                for (method, body) in bodies {
                    let error = try await refusal { try await caller.call(method, body, as: other) }
                    #expect(error?.code == .forbidden && error?.status == 403)
                }
            }
            #expect(try await caller.bans().bans.isEmpty)
        }
    }

    @Test func refusesWhatCannotBeMeant() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            let nobody = SuspensionTarget.handle(try #require(Handle("nobody")))
            let past = now().advanced(by: .seconds(-1))
            let key = SuspensionTarget.primary(bench.person().primary)
            let suspendNobody = try SuspendRequest(nobody, reason: "x")
            #expect(try await refusal { try await caller.operate(.suspend, suspendNobody) }?.code == .notFound)
            #expect(try await refusal { try await caller.operate(.resume, ResumeRequest(nobody)) }?.status == 404)
            let ended = try SuspendRequest(key, reason: "x", until: past)
            #expect(try await refusal { try await caller.operate(.suspend, ended) }?.code == .badRequest)
            for method in [RPCEndpoint.Registry.suspend, .resume] {
                let empty = try await refusal { try await caller.call(method, [], as: .service(.operator)) }
                #expect(empty?.code == .badRequest)
            }
            #expect(try await caller.bans().bans.isEmpty)
        }
    }

    @Test func reportsAreForWorkersAndGateways() async throws {
        let bench = try await RegistryBench()
        try await bench.serving { caller in
            let ann = bench.person()
            let report = AbuseReport(ann.primary, source: "a", .unregisteredRecipients([1]))
            for other in [RPCCaller.account(ann.primary), .service(.operator), .service(.callout)] {
                let error = try await refusal { try await caller.report(report, as: other) }
                #expect(error?.code == .forbidden)
            }
            for service in [RPCCaller.service(.worker), .service(.gateway)] {
                let isSuspended = try await caller.report(report, as: service)
                #expect(!isSuspended)
            }
            let malformed = RPCSubject(caller: .service(.worker), endpoint: .account(.report))
            let error = try await refusal { try await caller.client.call(malformed) }
            #expect(error?.code == .badRequest)
        }
    }

    /// Events of a kind that the log holds.
    private static func events(_ kind: RegistryEventKind, _ bench: RegistryBench) async throws -> [RegistryEvent] {
        let connection = try await bench.deployment.connect(.registry)
        let jetStream = JetStream(connection)
        var events: [RegistryEvent] = []
        let last = try await StreamHead.read(StreamNames.registry, jetStream).last
        for seq in stride(from: 1, through: last, by: 1) {
            let event = try await RegistryEvent(parsing: jetStream.message(seq, of: StreamNames.registry).payload)
            if event.leaf.kind == kind { events.append(event) }
        }
        await connection.close()
        return events
    }

    @Test func everyReplicaHearsReportsAndOneSuspensionComesOfThem() async throws {
        let bench = try await RegistryBench()
        try await bench.serving(["a", "b", "c"]) { caller in
            let ann = bench.person()
            _ = try await caller.register(ann.registration("ann"))
            // At once and each twice: however the replicas race, one of them writes.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    let items = (0..<5).map { UInt64(number * 5 + $0 + 1) }
                    for _ in 0..<2 {
                        group.addTask {
                            try await caller.report(
                                AbuseReport(ann.primary, source: "a", .unregisteredRecipients(items)))
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("ann is suspended") { try await caller.status(of: ann).isSuspended }
            let status = try await caller.status(of: ann)
            #expect(status.reason?.contains("nobody registered") == true)
            #expect(try #require(status.until) > now().advanced(by: .seconds(3500)))
            // Stragglers change nothing, at none of them.
            let late = AbuseReport(ann.primary, source: "a", .unregisteredRecipients(Array(1000...1200)))
            for _ in 0..<4 { #expect(try await caller.report(late)) }
            let written = try await Self.events(.suspend, bench)
            #expect(written.count == 1)
            guard case .suspend(ann.primary, _, _, .registry) = written.first?.content else {
                Issue.record("not by the registry")
                return
            }
            #expect(try await caller.bans().bans.map(\.isAutomatic) == [true])
            // Whoever is let off by the operator begins anew everywhere.
            _ = try await caller.operate(.resume, ResumeRequest(.primary(ann.primary)))
            let few = AbuseReport(ann.primary, source: "b", .unregisteredRecipients(Array(1...50)))
            // A replica that has not read of it yet takes the key for suspended.
            try await eventually("every replica takes reports of her") {
                for _ in 0..<8 where try await caller.report(few) { return false }
                return true
            }
            #expect(try await caller.status(of: ann).isSuspended == false)
        }
    }

    @Test func automaticSuspensionsGrowAndAnOperatorsStands() async throws {
        let bench = try await RegistryBench(clock: ManualClock(now().inMilliseconds))
        try await bench.serving(isManual: true) { caller in
            let (ann, clock) = (bench.person(), bench.clock)
            _ = try await caller.register(ann.registration("ann", at: clock.time))
            let flood: @Sendable () async throws -> Timestamp? = {
                let minute = clock.time.unixSeconds / 60
                for reporter in ["g1", "g2"] {
                    try await caller.report(
                        AbuseReport(ann.primary, source: reporter, .overBudget(.http, window: minute, factor: 6)),
                        as: .service(.gateway))
                }
                return try await caller.status(of: ann).until
            }
            for hours in [1, 24, 7 * 24, 7 * 24] as [Int64] {
                #expect(try await flood() == clock.time.advanced(by: .seconds(hours * 3600)))
                clock.advance(by: .seconds(hours * 3600))
                #expect(try await caller.status(of: ann).isSuspended == false)
            }
            // What is 30 days ago is forgotten.
            clock.advance(by: .seconds(31 * 86_400))
            #expect(try await flood() == clock.time.advanced(by: .seconds(3600)))
            clock.advance(by: .seconds(3600))
            let until = clock.time.advanced(by: .seconds(5))
            let request = try SuspendRequest(.primary(ann.primary), reason: "By hand.", until: until)
            _ = try await caller.operate(.suspend, request)
            #expect(try await flood() == until)
            #expect(try await caller.bans().bans.first?.isAutomatic == false)
        }
    }

    @Test func thresholdsCanBeOff() async throws {
        var bench = try await RegistryBench()
        bench.limits.suspendUnregistered = nil
        bench.limits.suspendFactor = nil
        try await bench.serving { [bench] caller in
            let ann = bench.person()
            let minute = now().unixSeconds / 60
            for finding in [
                AbuseReport.Finding.unregisteredRecipients(Array(1...1000)),
                .overBudget(.tunnel, window: minute, factor: 1000),
            ] {
                let isSuspended = try await caller.report(AbuseReport(ann.primary, source: "a", finding))
                #expect(!isSuspended)
            }
            let bans = try await caller.bans()
            #expect(bans.bans.isEmpty)
        }
    }
}
