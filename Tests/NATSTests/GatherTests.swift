import KezTesting
import NATS
import Testing

@Suite struct GatherTests {
    @Test func collectsTheAnswersOfMany() async throws {
        let broker = try await TestBroker(jetStream: false)
        let client = try await NATSConnection.connect(ConnectionTests.options(broker))
        let server = try await NATSConnection.connect(ConnectionTests.options(broker))
        let answering = Task {
            await withDiscardingTaskGroup { group in
                for index in 0..<5 {
                    guard let subscription = try? server.subscribe(to: "many") else { continue }
                    group.addTask {
                        for await message in subscription {
                            try? server.publish([UInt8(index)], to: message.reply ?? "x")
                        }
                    }
                }
            }
        }
        try await eventually("five listen") { try await client.gather(from: "many").count == 5 }
        #expect(Set(try await client.gather(from: "many").flatMap(\.payload)) == [0, 1, 2, 3, 4])
        await server.close()
        await answering.value
        #expect(try await client.gather(from: "many").isEmpty)
        await client.close()
    }
}
