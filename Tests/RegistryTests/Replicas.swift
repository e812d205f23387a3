import GRDB
import KezCore
import KezRuntime
import KezTesting
import NATS

@testable import Registry

/// A broker, and registries beside each other on it.
struct RegistryBench: Sendable {
    let deployment: TestDeployment
    let folder: TemporaryFolder
    let clock: ManualClock
    var limits = Limits()
    var registration = RegistrationMode.open
    /// Signs the bench's invites.
    let inviteKey: EnvelopeSigner

    init(clock: ManualClock? = nil) async throws {
        self.deployment = try await TestDeployment()
        self.folder = try TemporaryFolder("registry")
        self.clock = clock ?? ManualClock()
        self.inviteKey = Person(self.deployment.server).signer
    }

    var server: ServerName { self.deployment.server }

    func person() -> Person { Person(self.server) }

    /// - Parameter isManual: the test sets the time; otherwise it is the system's.
    func configuration(_ name: String = "a", isManual: Bool = false) -> RegistryConfiguration {
        RegistryConfiguration(
            server: self.server, sigchainBaseURL: "https://sig.kez.test/", registration: self.registration,
            inviteKey: self.inviteKey.primary, limits: self.limits,
            databasePath: self.folder.file("\(name)-registry.db"), broker: self.deployment.settings,
            pair: self.deployment.keys.pair(.registry), clock: isManual ? self.clock.clock : .system)
    }

    /// Runs the service itself, as often as there are names, while `body` calls it over the broker.
    func serving(
        _ names: [String] = ["a"], isManual: Bool = false,
        _ body: @escaping @Sendable (RegistryCaller) async throws -> Void
    ) async throws {
        let anyone = try await self.deployment.connectInAnyName()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                let health = HealthBoard()
                let service = RegistryService(
                    configuration: self.configuration(name, isManual: isManual), health: health,
                    logger: self.deployment.logger)
                group.addTask { try await service.run() }
                try await eventually("registry \(name) takes calls") {
                    health.isReady
                }
            }
            let caller = RegistryCaller(client: RPCClient(anyone))
            try await eventually("the broker knows the endpoints") {
                try await refusal { try await caller.status(of: self.person()) }?.code != .unavailable
            }
            defer { group.cancelAll() }
            try await body(caller)
        }
        await anyone.close()
    }

    /// Puts one replica together and follows the log with it, without the broker between its calls and the test.
    func replica<Result: Sendable>(
        _ name: String = "a", isManual: Bool = false,
        _ body: @escaping @Sendable (TestReplica) async throws -> Result
    ) async throws -> Result {
        let connection = try await self.deployment.connect(.registry)
        let replica = try await RegistryReplica(
            self.configuration(name, isManual: isManual), on: connection, logger: self.deployment.logger)
        let result = try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await replica.follower.run()
                return nil
            }
            group.addTask {
                for await phase in replica.phase.updates() where phase.isCurrent { break }
                return try await body(TestReplica(replica: replica, connection: connection))
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let result = outcome { return result }
            }
            throw TestFailure("the follower ended by itself")
        }
        await replica.view.close()
        await connection.close()
        return result
    }

    /// Writes an event into the log as a registry would.
    func append(_ contents: [RegistryEvent.Content], at times: [Timestamp]? = nil) async throws -> [RegistryLeaf] {
        let connection = try await self.deployment.connect(.registry)
        let jetStream = JetStream(connection)
        var position = RegistryLogPosition()
        let last = try await StreamHead.read(StreamNames.registry, jetStream).last
        if last > 0 {
            for seq in 1...last {
                guard let message = try? await jetStream.message(seq, of: StreamNames.registry) else { continue }
                let leaf = try RegistryEvent(parsing: message.payload).leaf
                position = RegistryLogPosition(next: leaf.n, prev: leaf.prev, time: nil)
                try position.advance(over: leaf)
            }
        }
        var leaves: [RegistryLeaf] = []
        for (index, content) in contents.enumerated() {
            let event = try RegistryEvent(content, at: position, server: self.server, now: times?[index] ?? now())
            _ = try await jetStream.publish(event.bytes, to: event.subject)
            try position.advance(over: event.leaf)
            leaves.append(event.leaf)
        }
        await connection.close()
        return leaves
    }

    /// Deletes messages of the log, as erasing a person does.
    func delete(_ sequences: UInt64...) async throws {
        let connection = try await self.deployment.connect(.eraser)
        for sequence in sequences {
            try await JetStream(connection).deleteMessage(sequence, from: StreamNames.registry)
        }
        await connection.close()
    }
}

/// Calls one replica without the broker between.
struct TestReplica: Sendable {
    let replica: RegistryReplica
    let connection: NATSConnection

    private func call(
        _ method: @Sendable (RPCRequest, Deadline) async throws(KezError) -> [UInt8], _ body: [UInt8],
        as caller: RPCCaller
    ) async throws -> [UInt8] {
        try await method(RPCRequest(caller: caller, body: body), Deadline(after: .seconds(4)))
    }

    func register(_ envelope: [UInt8], as caller: RPCCaller = .service(.gateway)) async throws -> UserObject {
        try await self.call(self.replica.calls.register, envelope, as: caller).user
    }

    func release(_ envelope: [UInt8], as caller: RPCCaller = .service(.gateway)) async throws -> UserObject {
        try await self.call(self.replica.calls.release, envelope, as: caller).user
    }

    func append(_ link: [UInt8], as caller: RPCCaller = .service(.gateway)) async throws -> AppendResult {
        try await AppendResult(json: self.call(self.replica.calls.append, link, as: caller).json)
    }

    func lookup(_ handle: String) async throws -> UserObject {
        try await self.call(self.replica.calls.lookup, LookupRequest(handle: handle).bytes, as: .service(.gateway)).user
    }

    func chain(_ primary: Primary, from: UInt64 = 1) async throws -> SigchainView {
        let body = try await self.call(
            self.replica.calls.chain, SigchainRequest(primary: primary, from: from).bytes, as: .service(.gateway))
        return try SigchainView(json: body.json)
    }

    func admit(_ primary: Primary) async throws -> [UInt8] {
        try await self.call(self.replica.calls.admit, PrimaryRequest(primary).bytes, as: .service(.callout))
    }

    func status(_ primary: Primary) async throws -> AccountStatus {
        try await AccountStatus(json: self.call(self.replica.calls.status, [], as: .account(primary)).json)
    }
}

/// Calls whichever replica the broker chooses.
struct RegistryCaller: Sendable {
    let client: RPCClient

    func call(
        _ method: RPCEndpoint.Registry, _ body: [UInt8], as caller: RPCCaller = .service(.gateway)
    ) async throws(KezError) -> [UInt8] {
        try await self.client.call(RPCSubject(caller: caller, endpoint: .registry(method)), body)
    }

    func register(_ envelope: [UInt8], as caller: RPCCaller = .service(.gateway)) async throws -> UserObject {
        try await self.call(.register, envelope, as: caller).user
    }

    /// A call of the operator's.
    func operate(_ method: RPCEndpoint.Registry, _ body: some JSONWritable) async throws(KezError) -> JSONValue {
        let answer = try await self.call(method, body.bytes, as: .service(.operator))
        return try JSONDocument(refusing: answer, maximumDepth: Limits.bodyDepth).root
    }

    func bans(_ request: BansRequest = BansRequest()) async throws(KezError) -> BanList {
        try BanList(json: await self.operate(.bans, request))
    }

    /// - Returns: whether the key is suspended now, as the first replica to answer says.
    @discardableResult
    func report(_ report: AbuseReport, as caller: RPCCaller = .service(.worker)) async throws(KezError) -> Bool {
        let body = try await self.client.call(RPCSubject(caller: caller, endpoint: .account(.report)), report.bytes)
        let root = try JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth).root
        return try AbuseReportReply(json: root).isSuspended
    }

    /// Sends a claim again as long as the registry is too busy to tell; one of its own replays is a success.
    func insist(_ envelope: [UInt8]) async throws -> UserObject {
        let user = LockedBox<UserObject?>(nil)
        try await eventually("a claim gets its answer") {
            do {
                user.value = try await self.register(envelope)
            } catch let error as KezError where error.code == .replayed {
                user.value = try error["user"].map { try UserObject(json: $0) }
            } catch let error as KezError where error.status == 503 {
                return false
            }
            return true
        }
        guard let user = user.value else { throw TestFailure("a replay without its user") }
        return user
    }

    func lookup(_ handle: String) async throws -> UserObject {
        try await self.call(.lookup, LookupRequest(handle: handle).bytes).user
    }

    func status(of person: Person) async throws -> AccountStatus {
        let subject = RPCSubject(caller: .account(person.primary), endpoint: .account(.status))
        return try await AccountStatus(json: self.client.call(subject).json)
    }
}

extension RegistryView {
    /// Brings everything into the database file, and lets go of what the connections remember.
    func checkpoint() async throws {
        _ = try await self.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        self.pool.releaseMemory()
        self.pool.invalidateReadOnlyConnections()
    }
}
