import AsyncHTTPClient
import Foundation
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import NIOCore
import NIOHTTP1
import Sodium

@testable import Gateway

/// A gateway under test, with a real broker and fakes of the services behind it.
struct GatewayUnderTest: Sendable {
    let deployment: TestDeployment
    let registry: FakeRegistry
    let inbox: FakeInbox
    let callout: FakeCallout
    let addresses: GatewayAddresses
    let client: HTTPClient
    let health: HealthBoard
    /// The wall clock and the ticks of its budgets.
    let clock: ManualClock

    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: self.body, as: UTF8.self) }
        var json: JSONValue? { (try? JSONDocument(parsing: self.body, maximumDepth: 64))?.root }
        var code: String? { self.json?["code"]?.string }
        func header(_ name: String) -> String? { self.headers[name.lowercased()] }
    }

    enum Port { case main, inside, sigchain }

    func port(_ port: Port) -> Int {
        switch port {
        case .main: self.addresses.publicPort
        case .inside: self.addresses.internalPort
        case .sigchain: self.addresses.sigchainPort ?? 0
        }
    }

    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, headers: [String: String] = [:], to port: Port = .main,
        chunked: Bool = false
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.port(port))\(path)")
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.body =
                chunked ? .stream([ByteBuffer(bytes: body)].async, length: .unknown) : .bytes(ByteBuffer(bytes: body))
        }
        let response = try await self.client.execute(request, timeout: .seconds(20))
        let collected = try await response.body.collect(upTo: 4 << 20)
        var fields: [String: String] = [:]
        for field in response.headers { fields[field.name.lowercased()] = field.value }
        return Answer(status: Int(response.status.code), headers: fields, body: Array(collected.readableBytesView))
    }

    func get(_ path: String, _ headers: [String: String] = [:], to port: Port = .main) async throws -> Answer {
        try await self.send("GET", path, headers: headers, to: port)
    }

    func post(
        _ path: String, _ body: [UInt8], _ headers: [String: String] = [:], to port: Port = .main
    ) async throws -> Answer {
        try await self.send("POST", path, body: body, headers: headers, to: port)
    }

    /// `POST /v1/messages`.
    func post(_ envelope: [UInt8], to: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await self.post("/v1/messages", Self.body(envelope, to: to), headers)
    }

    static func body(_ envelope: [UInt8], to: String) -> [UInt8] {
        JSONWriter.object { writer in
            writer.member("to", to)
            writer.member("envelope", raw: envelope)
        }
    }

    /// A registered user.
    func user(_ handle: String) -> Person {
        let person = Person(handle: handle)
        self.registry.add(handle, person.primary)
        return person
    }

    func auth(_ person: Person, path: String, since: String = "0") -> [String: String] {
        let auth = RequestAuth(
            signing: .inboxList(path: path, since: since), at: self.clock.now, by: person.signer)
        return ["X-KEZ-Auth": auth.header]
    }

    func streamAuth(_ person: Person, path: String, since: String = "0", method: String = "GET") -> [String: String] {
        let auth = RequestAuth(
            signing: .other(method: method, path: path, .since(since), server: self.deployment.server),
            at: self.clock.now, by: person.signer)
        return ["X-KEZ-Auth": auth.header]
    }
}

/// Somebody with a key.
struct Person: Sendable {
    let handle: String
    let signer = EnvelopeSigner(SigningKey.generate())
    var primary: Primary { self.signer.primary }

    /// A message envelope; the server looks at nothing but the attribution and the signature.
    func message(to recipient: Primary, id: MessageID = .random(), pad: Int = 0) -> [UInt8] {
        (try? self.signer.sign(.message) { writer in
            writer.member("id", id.hex)
            writer.member("from", self.primary)
            writer.member("to", recipient)
            writer.member("pad", String(repeating: "x", count: pad))
        }) ?? []
    }
}

/// Time that a test sets: wall clock and ticks together.
final class ManualClock: Sendable {
    private let time = LockedBox(Timestamp(unixSeconds: 1_800_000_000))
    private let elapsed = LockedBox(Duration.zero)

    var now: Timestamp { self.time.value }
    var ticks: Duration { self.elapsed.value }

    func advance(by duration: Duration) {
        self.time.update { $0 = $0.advanced(by: duration) }
        self.elapsed.update { $0 += duration }
    }
}

/// Runs `body` against a gateway of its own.
///
/// - Parameter services: whether registry and inbox worker answer.
func withGateway(
    limits: Limits = Limits(), services: Bool = true,
    configure: @Sendable (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (GatewayUnderTest) async throws -> Void
) async throws {
    await Turns.shared.take()
    do {
        try await runGateway(limits: limits, services: services, configure: configure, body)
    } catch {
        await Turns.shared.giveBack()
        throw error
    }
    await Turns.shared.giveBack()
}

/// Each test has a broker that syncs every write to disk: a few at a time are as fast as all at once.
actor Turns {
    static let shared = Turns()

    private var free = 4
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if self.free > 0 {
            self.free -= 1
        } else {
            await withCheckedContinuation { self.waiters.append($0) }
        }
    }

    func giveBack() {
        if self.waiters.isEmpty { self.free += 1 } else { self.waiters.removeFirst().resume() }
    }
}

private func runGateway(
    limits: Limits, services: Bool, configure: @Sendable (inout GatewayConfiguration) -> Void,
    _ body: @escaping @Sendable (GatewayUnderTest) async throws -> Void
) async throws {
    let deployment = try await TestDeployment(limits: limits)
    let (registry, inbox) = (try await FakeRegistry(deployment), try await FakeInbox(deployment))
    let callout = try await FakeCallout(deployment)
    let (clock, health) = (ManualClock(), HealthBoard())
    var configuration = GatewayConfiguration(
        server: deployment.server, bind: .init(host: "127.0.0.1", port: 0),
        internalBind: .init(host: "127.0.0.1", port: 0), sigchainBind: .init(host: "127.0.0.1", port: 0),
        broker: deployment.settings, pair: deployment.keys.pair(.gateway), limits: limits,
        brokerWebSocket: .init(host: "127.0.0.1", port: deployment.broker.listeners[2]),
        internalToken: deployment.keys.internalToken, clock: WallClock { clock.now }, ticks: { clock.ticks })
    configure(&configuration)
    let ready = AsyncStream.makeStream(of: GatewayAddresses.self)
    let service = GatewayService(
        configuration: configuration, health: health, metrics: { "# TYPE kez_up gauge\nkez_up 1\n" },
        onReady: { ready.continuation.yield($0) }, logger: deployment.logger)
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            if services {
                group.addTask { try await registry.run() }
                group.addTask { try await inbox.run() }
                group.addTask { try await callout.run() }
            }
            let addresses = try await within(.seconds(20), "the gateway starts") {
                await ready.stream.first { _ in true }
            }
            // swift-format-ignore: NeverForceUnwrap
            let gateway = GatewayUnderTest(
                deployment: deployment, registry: registry, inbox: inbox, callout: callout, addresses: addresses!,
                client: client,
                health: health, clock: clock)
            try await eventually("the gateway has the broker") { health.isReady }
            if services {
                try await eventually("the services answer") {
                    clock.advance(by: .seconds(1))
                    return try await gateway.get("/v1/healthz").status == 200
                }
            }
            try await body(gateway)
            group.cancelAll()
        }
    } catch {
        try await client.shutdown()
        throw error
    }
    await registry.connection.close()
    await inbox.connection.close()
    await callout.connection.close()
    try await client.shutdown()
}

extension Array where Element: Sendable {
    /// The elements as an asynchronous sequence.
    var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
