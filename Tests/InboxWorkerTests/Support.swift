import Foundation
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import Synchronization

extension Shard {
    /// Where the tests' owners live.
    static let a = Primary.random().shard
}

extension Primary {
    /// A key of nobody in particular, in the shard `digit`.
    static func random(in digit: String = "a") -> Primary {
        let hex = digit + (0..<63).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        guard let primary = Primary(hex: hex) else { preconditionFailure("64 digits are a key") }
        return primary
    }
}

/// Envelopes as the log may hold them; the worker never looks at signatures.
enum Envelopes {
    static func attributed(
        id: MessageID = .random(), from: Primary, to: Primary, text: String = "", version: Int = 1
    ) -> [UInt8] {
        Array(
            """
            {"kez":"message","payload":{"type":"kez.chat.message","version":\(version),"id":"\(id)","from":"\(from)",\
            "to":"\(to)","ciphertext":"\(text)"},"signature":{"alg":"ed25519-sha512-jcs","key":"\(from)","sig":""}}
            """.utf8)
    }

    static func anonymous(_ text: String = "") -> [UInt8] { Array(#"{"n":"\#(text)"}"#.utf8) }

    /// An object of exactly `size` bytes.
    static func object(size: Int) -> [UInt8] {
        Array(#"{"p":""#.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: size - 8) + Array(#""}"#.utf8)
    }
}

/// Workers on a broker of their own, and the gateway's connection to them.
struct Scene: Sendable {
    let deployment: TestDeployment
    let folder: TemporaryFolder
    let gateway: NATSConnection
    /// Folder of the views, unless it is the scene's own.
    var views: String?
    var inspection: Duration = .seconds(30)
    var logger: Logger

    init(limits: Limits = Limits()) async throws {
        self.deployment = try await TestDeployment(limits: limits)
        self.folder = try TemporaryFolder("inbox")
        self.gateway = try await self.deployment.connect(.gateway)
        self.logger = self.deployment.logger
    }

    func path(_ shard: Shard, _ replica: Int = 0) -> String {
        "\(self.views ?? self.folder.url.path)/view-\(replica)-\(shard).db"
    }

    func service(replica: Int = 0, shards: [Shard] = [.a], health: HealthBoard = HealthBoard())
        -> InboxWorkerService
    {
        var configuration = InboxWorkerConfiguration(
            shards: shards, limits: self.deployment.limits, databasePath: { self.path($0, replica) },
            broker: self.deployment.settings, pair: self.deployment.keys.pair(.worker))
        configuration.inspection = self.inspection
        return InboxWorkerService(configuration: configuration, health: health, logger: self.logger)
    }

    /// Runs `body` while a worker runs and is ready; then the worker is cancelled, as a kill would.
    func withWorker<Result: Sendable>(
        replica: Int = 0, shards: [Shard] = [.a], health: HealthBoard = HealthBoard(), isWaiting: Bool = true,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        // Silence is not health.
        health.report("inbox-worker", failure: "not started")
        let service = self.service(replica: replica, shards: shards, health: health)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            if isWaiting { try await eventually("the worker is ready") { health.isReady } }
            let result = try await body()
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    // MARK: The gateway

    @discardableResult
    func send(
        _ envelope: [UInt8], to: Primary, from: Primary?, timeout: Duration = .seconds(5)
    ) async throws -> UInt64 {
        try await self.publish(envelope, to: Subjects.send(to: to, from: from))
    }

    /// Without a `Nats-Msg-Id`: the log takes it whatever it knows.
    @discardableResult
    func publish(_ payload: [UInt8], to subject: String) async throws -> UInt64 {
        try await JetStream(self.gateway).publish(payload, to: subject).seq
    }

    /// Many at once.
    func send(_ envelopes: [[UInt8]], to: Primary, from: Primary?) async throws {
        let subject = Subjects.send(to: to, from: from)
        let jetStream = JetStream(self.gateway, timeout: .seconds(30))
        for start in stride(from: 0, to: envelopes.count, by: 1000) {
            let acks = try envelopes[start..<min(start + 1000, envelopes.count)].map {
                try jetStream.startPublish($0, to: subject)
            }
            for ack in acks { _ = try await ack.value() }
        }
    }

    func call(_ method: RPCEndpoint.Inbox, _ owner: Primary, _ body: String = "{}") async throws(KezError) -> [UInt8] {
        try await RPCClient(self.gateway, timeout: .seconds(10)).call(.inbox(method, of: owner), Array(body.utf8))
    }

    func refusal(_ method: RPCEndpoint.Inbox, _ owner: Primary, _ body: String) async -> KezError? {
        do throws(KezError) {
            _ = try await self.call(method, owner, body)
            return nil
        } catch {
            return error
        }
    }

    func page(_ owner: Primary, since: UInt64 = 0, limit: Int = 500) async throws -> InboxPage {
        try InboxPage(json: try await self.json(.list, owner, #"{"since":\#(since),"limit":\#(limit)}"#))
    }

    func seqs(_ owner: Primary) async throws -> [UInt64] { try await self.page(owner).messages.map(\.seq) }

    func head(_ owner: Primary) async throws -> InboxHead { try InboxHead(json: try await self.json(.head, owner)) }
    func stats(_ owner: Primary) async throws -> InboxStats { try InboxStats(json: try await self.json(.stats, owner)) }

    func delete(_ owner: Primary, _ body: String) async throws -> Int {
        try InboxDeletion(json: try await self.json(.delete, owner, body)).deleted
    }

    func settings(_ owner: Primary, _ body: String = "{}") async throws -> InboxSettings {
        try InboxSettings(json: try await self.json(.settings, owner, body))
    }

    /// Every answer that an owner can get, byte for byte.
    func answers(_ owner: Primary) async throws -> [String] {
        var answers: [String] = []
        for (method, body) in [
            (RPCEndpoint.Inbox.list, #"{"limit":500}"#), (.list, #"{"since":3,"limit":2}"#), (.head, "{}"),
            (.stats, "{}"), (.settings, "{}"),
        ] {
            answers.append(String(decoding: try await self.call(method, owner, body), as: UTF8.self))
        }
        return answers
    }

    private func json(_ method: RPCEndpoint.Inbox, _ owner: Primary, _ body: String = "{}") async throws -> JSONValue {
        try JSONDocument(parsing: try await self.call(method, owner, body), maximumDepth: 32).root
    }

    /// Answers are the same again, and no other ones were given meanwhile.
    func eventuallyAnswers(_ owner: Primary, _ expected: [String]) async throws {
        try await eventually("the same answers again", within: .seconds(40)) {
            guard let answers = try? await self.answers(owner) else { return false }
            guard answers == expected else { throw TestFailure("other answers than before") }
            return true
        }
    }

    func removeView(_ shard: Shard = .a, replica: Int = 0) throws {
        try ViewDatabase.remove(self.path(shard, replica))
    }

    /// A connection that may delete messages and streams.
    func operating<Result>(_ body: (JetStream) async throws -> Result) async throws -> Result {
        let connection = try await self.deployment.connect(.provision)
        let result = try await body(JetStream(connection))
        await connection.close()
        return result
    }
}
