// Uses every part of NATS that holds C objects, again and again, and ends. scripts/check-leaks builds it with a
// sanitizer and runs it against a real broker: what is still held at the end is a leak.
import Foundation
import NATS

let url = CommandLine.arguments.dropFirst().first ?? "nats://127.0.0.1:4222"

func options(_ name: String) -> ConnectionOptions {
    ConnectionOptions(servers: [url], name: name, reconnect: Backoff(base: .milliseconds(10), cap: .milliseconds(50)))
}

/// Requests, answered, refused, timed out and cancelled.
func exerciseRequests(_ connection: NATSConnection) async throws {
    let echo = try connection.subscribe(to: "echo", queue: "q")
    let silent = try connection.subscribe(to: "silent", buffer: 4)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await message in echo {
                try? connection.publish(message.payload, to: message.reply ?? "x", headers: ["A": "b"])
            }
        }
        for index in 0..<500 {
            _ = try await connection.request([UInt8(index & 255)], to: "echo", headers: ["I": "\(index)"])
        }
        for _ in 0..<20 { _ = try? await connection.request([], to: "nobody") }
        _ = try? await connection.request([], to: "silent", timeout: .milliseconds(60))
        for _ in 0..<200 {
            let task = Task { try await connection.request([1], to: "silent", timeout: .seconds(60)) }
            task.cancel()
            _ = try? await task.value
        }
        await connection.drain(echo)
        try await group.waitForAll()
    }
    silent.stop()
}

/// Subscriptions that are dropped, stopped, cancelled while waiting, and drained.
func exerciseSubscriptions(_ connection: NATSConnection) async throws {
    for index in 0..<200 {
        let subscription = try connection.subscribe(to: "s.\(index)")
        try connection.publish([1, 2, 3], to: "s.\(index)")
        if index.isMultiple(of: 2) { _ = await subscription.next() }
        let waiting = Task { for await _ in subscription {} }
        waiting.cancel()
        await waiting.value
        if index.isMultiple(of: 3) { subscription.stop() }
        if index.isMultiple(of: 5) { await connection.drain(subscription) }
    }
}

func exerciseStreams(_ connection: NATSConnection, round: Int) async throws {
    let jetStream = JetStream(connection)
    var configuration = StreamConfiguration(name: "X\(round)", subjects: ["x\(round).>"])
    configuration.storage = .memory
    _ = try await jetStream.createStream(configuration)
    for index in 0..<300 { _ = try await jetStream.publish([UInt8(index & 255)], to: "x\(round).a") }
    let consumer = OrderedConsumer(jetStream, stream: "X\(round)")
    var seen = 0
    while seen < 300 { seen += try await consumer.next(upTo: 50).count }
    let waiting = Task { try await consumer.next(upTo: 1) }
    waiting.cancel()
    _ = try await waiting.value
    try await jetStream.deleteStream("X\(round)")
}

func exerciseService(_ connection: NATSConnection) async throws {
    let service = NATSService(.init(name: "exercise", version: "1.0.0", text: ""), on: connection)
    let endpoint = try service.add(ServiceEndpoint(name: "e", subject: "e", concurrency: 4) { .success($0.payload) })
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await endpoint.run() }
        group.addTask { try? await service.runDiscovery() }
        for _ in 0..<50 { _ = try? await connection.request([1], to: "e", timeout: .seconds(5)) }
        _ = try? await connection.request([], to: "$SRV.STATS.exercise")
        await endpoint.drain()
        group.cancelAll()
    }
}

func exerciseEverything(round: Int) async throws -> WeakConnection {
    let connection = try await NATSConnection.connect(options("exercise"))
    let events = connection.events()
    let watching = Task { for await _ in events {} }
    try await exerciseRequests(connection)
    try await exerciseSubscriptions(connection)
    try await exerciseStreams(connection, round: round)
    try await exerciseService(connection)
    if round == 0 { await connection.close() } else { await connection.drain() }
    await watching.value
    let refused = try? await NATSConnection.connect(ConnectionOptions(servers: ["nats://127.0.0.1:1"], name: "refused"))
    precondition(refused == nil)
    return WeakConnection(connection: connection)
}

/// Lets go of the connection, and sees whether everybody else did.
struct WeakConnection: Sendable {
    weak let connection: NATSConnection?
}

for round in 0..<3 {
    let closed = try await exerciseEverything(round: round)
    let end = ContinuousClock.now.advanced(by: .seconds(10))
    while closed.connection != nil {
        precondition(ContinuousClock.now < end, "a closed connection is still held")
        try await Task.sleep(for: .milliseconds(5))
    }
}
print("exercised")
