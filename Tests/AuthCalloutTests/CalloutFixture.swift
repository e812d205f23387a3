import AuthCallout
import Foundation
import FoundationNetworking
import KezCore
import KezRuntime
import KezTesting
import NATS
import NKeys
import Testing

/// Tests with a broker run one after the other: a storm in one of them must not make logins of another too slow.
@Suite(.serialized) enum CalloutIntegration {}

/// Answers `admit` and `lookup` as a registry does, from a table that the test sets, and publishes its events.
final class FakeRegistry: Sendable {
    private let connection: NATSConnection
    private let subscription = LockedBox<Subscription?>(nil)
    private let people = LockedBox<[Primary: Admission]>([:])
    private let asked = LockedBox<[Primary: Int]>([:])

    init(_ deployment: TestDeployment) async throws {
        self.connection = try await deployment.connect(.registry)
    }

    /// Answers until the task is cancelled or it goes away; coming back is another call.
    func run() async throws {
        let subscription = try self.connection.subscribe(to: "kez.rpc.*.registry.*", queue: "q")
        self.subscription.value = subscription
        for await request in subscription {
            guard let reply = request.reply else { continue }
            let members = try MemberReader(body: request.payload)
            if request.subject == "kez.rpc.callout.registry.lookup" {
                let handle = try members.string("handle")
                let user = self.people.value.values.lazy.compactMap(\.user).first { $0.handle.text == handle }
                let headers: Headers = user == nil ? ["Nats-Service-Error-Code": "404"] : [:]
                let body = user?.bytes ?? KezError(.notFound).body
                try self.connection.publish(body, to: reply, headers: headers)
                continue
            }
            guard request.subject == "kez.rpc.callout.registry.admit" else { continue }
            let primary = try members.primary("primary")
            self.asked.update { $0[primary, default: 0] += 1 }
            let admission = self.people.value[primary] ?? Admission(user: nil, isSuspended: false)
            try self.connection.publish(admission.bytes, to: reply)
        }
    }

    func goAway() async throws {
        self.subscription.value?.stop()
        try await self.connection.flush()
    }

    func set(_ admission: Admission?, for primary: Primary) { self.people.update { $0[primary] = admission } }

    func questions(about primary: Primary) -> Int { self.asked.value[primary] ?? 0 }

    /// Tells an event; the callout has it when its own later answers show so.
    func tell(_ kind: RegistryEventKind, of primary: Primary, handle: String? = nil) async throws {
        let body = JSONWriter.object {
            $0.name("data"); $0.object { $0.member("handle", handle) }
        }
        try self.connection.publish(body, to: Subjects.registryLog(kind, primary))
        try await self.connection.flush()
    }

    func close() async { await self.connection.close() }
}

/// A broker, a registry of the test's own, and the real callout.
struct CalloutFixture: Sendable {
    let deployment: TestDeployment
    let registry: FakeRegistry
    let health: HealthBoard
    /// Asks as the gateway does.
    let gateway: NATSConnection

    static func run(
        registryIsUp: Bool = true, _ body: @escaping @Sendable (CalloutFixture) async throws -> Void
    ) async throws {
        let deployment = try await TestDeployment()
        let fixture = CalloutFixture(
            deployment: deployment, registry: try await FakeRegistry(deployment), health: HealthBoard(),
            gateway: try await deployment.connect(.gateway))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.service().run() }
            if registryIsUp { group.addTask { try await fixture.registry.run() } }
            try await fixture.isServing()
            try await body(fixture)
            group.cancelAll()
        }
        await fixture.gateway.close()
        await fixture.registry.close()
    }

    func service(
        clock: WallClock = .system, surveyDelay: ClosedRange<Duration> = .zero ... .milliseconds(100)
    ) -> AuthCalloutService {
        let keys = self.deployment.keys
        return AuthCalloutService(
            configuration: AuthCalloutConfiguration(
                server: self.deployment.server, broker: self.deployment.settings, pair: keys.pair(.callout),
                kickPair: keys.pair(.kick), identity: keys.identity, clock: clock,
                surveyDelay: surveyDelay),
            health: self.health, logger: self.deployment.logger)
    }

    func isServing() async throws {
        try await eventually("the callout answers") {
            do {
                _ = try await self.gateway.request([], to: "kez.callout.decide", timeout: .seconds(1))
                return true
            } catch {
                return false
            }
        }
    }

    /// Somebody with a handle.
    func register(_ handle: String = "tudisco", isSuspended: Bool = false) -> NKeyPair {
        let pair = NKeyPair.generate(role: .user)
        self.registry.set(admission(of: pair.primary, handle: handle, isSuspended: isSuspended), for: pair.primary)
        return pair
    }

    /// `data` of the callout's `$SRV.STATS`.
    func stats() async throws -> JSONValue {
        let connection = try await self.deployment.connect(.callout)
        let reply = try await connection.request([], to: "$SRV.STATS.kez-auth-callout")
        await connection.close()
        return try #require(JSONDocument(parsing: reply.payload, maximumDepth: 32).root["data"])
    }

    /// Connections as the broker sees them.
    func connections() async throws -> [[String: Any]] {
        let url = try #require(URL(string: "http://127.0.0.1:\(self.deployment.broker.listeners[1])/connz?auth=true"))
        let (data, _) = try await URLSession.shared.data(from: url)
        let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(root?["connections"] as? [[String: Any]])
    }

    func refusesToConnect(_ person: NKeyPair) async {
        await #expect {
            let connection = try await self.deployment.connect(person: person)
            await connection.close()
        } throws: {
            ($0 as? NATSError)?.kind == .authorization
        }
    }
}

/// What the server says of the next publish or subscription that it does not allow.
func violation(on connection: NATSConnection, _ attempt: (NATSConnection) throws -> Void) async throws -> String {
    let events = connection.events()
    try attempt(connection)
    let event = try await within(.seconds(20), "a permission violation") { await events.first { _ in true } }
    guard case .permissionViolation(let words) = event else { throw TestFailure("\(String(describing: event))") }
    return words
}
