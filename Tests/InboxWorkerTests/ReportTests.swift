import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

/// Stands for a registry: says who is registered, and keeps what it is told.
final class RegistryStandIn: Sendable {
    let registered = LockedBox<Set<Primary>>([])
    let asked = LockedBox<[Primary]>([])
    let reports = LockedBox<[AbuseReport]>([])
    let isAway = LockedBox(false)

    var items: [Primary: Set<UInt64>] {
        self.reports.value.reduce(into: [:]) { items, report in
            if case .unregisteredRecipients(let found) = report.finding {
                items[report.primary, default: []].formUnion(found)
            }
        }
    }

    private var handlers: [RPCHandler] {
        [
            RPCHandler(.registry(.admit)) { request throws(KezError) in
                if self.isAway.value { throw KezError(.unavailable) }
                guard request.caller == .service(.worker) else { throw KezError(.forbidden) }
                let primary = try PrimaryRequest(json: request.members().value).primary
                self.asked.update { $0.append(primary) }
                let user = self.registered.value.contains(primary) ? Self.user(primary) : nil
                return Admission(user: user, isSuspended: false).bytes
            },
            RPCHandler(.account(.report)) { request throws(KezError) in
                if self.isAway.value { throw KezError(.unavailable) }
                let report = try AbuseReport(json: request.members().value)
                self.reports.update { $0.append(report) }
                return AbuseReportReply(isSuspended: false).bytes
            },
        ]
    }

    private static func user(_ primary: Primary) -> UserObject? {
        Handle("u\(primary.hex.prefix(20))").map { handle in
            UserObject(
                handle: handle, fqhn: "\(handle)@kez.test", primary: primary, sigchainURL: "https://kez.test",
                registeredAt: WallClock.system.now(), sigchain: .init(length: 0, head: nil))
        }
    }

    /// Answers while `body` runs.
    func serving<Result: Sendable>(
        _ scene: Scene, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let connection = try await scene.deployment.connect(.registry)
        let service = NATSService(.init(name: "kez-registry", version: "0.0.0", text: ""), on: connection)
        let handlers = self.handlers
        let host = ServiceHost(service: service, logger: scene.deployment.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run(handlers) }
            let result = try await body()
            group.cancelAll()
            try await group.waitForAll()
            await connection.close()
            return result
        }
    }
}

@Suite struct ReportTests {
    let sender = Primary.random(in: "1")
    let owner = Primary.random()

    @Test func messagesToNobodyAreReportedByEveryReplicaAlike() async throws {
        let scene = try await Scene()
        let registry = RegistryStandIn()
        registry.registered.value = [self.owner]
        try await registry.serving(scene) {
            try await scene.withWorker(replica: 0) {
                try await scene.withWorker(replica: 1) {
                    var toNobody: Set<UInt64> = []
                    for number in 0..<120 {
                        try await scene.send(
                            Envelopes.attributed(from: self.sender, to: self.owner), to: self.owner, from: self.sender)
                        if number.isMultiple(of: 2) {
                            let stranger = Primary.random()
                            toNobody.insert(
                                try await scene.send(
                                    Envelopes.attributed(from: self.sender, to: stranger), to: stranger,
                                    from: self.sender))
                        }
                    }
                    // Noise for a name that is no key is sent by somebody too.
                    toNobody.insert(try await scene.publish([0], to: "kez.send.a.nobody.\(self.sender.hex)"))
                    try await eventually("every one is reported") {
                        registry.items == [self.sender: toNobody]
                    }
                    #expect(registry.reports.value.allSatisfy { $0.source == "a" })
                    try await eventually("by both") {
                        let told = registry.reports.value.reduce(0) { count, report in
                            guard case .unregisteredRecipients(let items) = report.finding else { return count }
                            return count + items.count
                        }
                        return told == 2 * toNobody.count
                    }
                    // Two workers asked about the owner, each once.
                    #expect(registry.asked.value.filter { $0 == self.owner }.count == 2)
                }
            }
        }
    }

    @Test func listsDoNotWaitForARegistryThatIsAway() async throws {
        let scene = try await Scene()
        let registry = RegistryStandIn()
        registry.isAway.value = true
        try await registry.serving(scene) {
            try await scene.withWorker {
                let seq = try await scene.send(
                    Envelopes.attributed(from: self.sender, to: self.owner), to: self.owner, from: self.sender)
                #expect(try await scene.seqs(self.owner) == [seq])
                #expect(registry.reports.value.isEmpty)
                registry.isAway.value = false
                try await eventually("it is told when the registry is back") {
                    registry.items == [self.sender: [seq]]
                }
                let operations = try await scene.deployment.connect(.ops)
                let reply = try await operations.request([], to: "$SRV.STATS.kez-inbox-worker")
                let stats = try JSONDocument(parsing: reply.payload, maximumDepth: 32).root
                #expect(stats["data"]?["reports"]?.unsigned == 1)
                await operations.close()
            }
        }
    }

    @Test func whatASenderStoresInAMinuteIsReported() async throws {
        var limits = Limits()
        // One message a minute: the factor is the number of messages.
        limits.tunnelLines = TokenBucketLimit(burst: 1, perSecond: 1.0 / 60)
        let scene = try await Scene(limits: limits)
        let registry = RegistryStandIn()
        registry.registered.value = [self.owner]
        try await registry.serving(scene) {
            try await scene.withWorker {
                for _ in 0..<40 { try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.sender) }
                try await eventually("ten budgets of a minute are reported while it runs") {
                    registry.reports.value.contains { report in
                        guard case .overBudget(.messages, _, let factor) = report.finding else { return false }
                        return report.primary == self.sender && report.source == "a" && factor >= 10
                    }
                }
            }
        }
    }

    @Test func ordinaryUseIsNotReported() async throws {
        let scene = try await Scene()
        let registry = RegistryStandIn()
        registry.registered.value = [self.owner]
        try await registry.serving(scene) {
            try await scene.withWorker {
                for _ in 0..<200 { try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.sender) }
                for _ in 0..<20 { try await scene.send(Envelopes.anonymous(), to: Primary.random(), from: nil) }
                let stranger = Primary.random()
                let last = try await scene.send(Envelopes.anonymous(), to: stranger, from: self.sender)
                // The last one proves that all before it were looked at.
                try await eventually("the last one is reported") { registry.items == [self.sender: [last]] }
                #expect(registry.asked.value == [self.owner, stranger])
            }
        }
    }
}
