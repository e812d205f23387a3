import KezTesting
import Testing

@testable import KezClient

@Suite struct EventRelayTests {
    private static func events(_ numbers: Range<Int>) -> [ChatEvent] {
        numbers.map { ChatEvent(.refused("\($0)")) }
    }

    private static func number(_ event: ChatEvent) -> Int? {
        if case .refused(let text) = event.kind { Int(text) } else { nil }
    }

    @Test func nothingIsLostAndEverythingIsInOrder() async throws {
        let relay = EventRelay()
        let reader = Task { () -> [Int] in
            var read: [Int] = []
            for await event in ChatEvents(relay: relay) { read += [Self.number(event) ?? -1] }
            return read
        }
        for start in stride(from: 0, to: 5000, by: 10) { await relay.push(Self.events(start..<start + 10)) }
        relay.end()
        #expect(await reader.value == Array(0..<5000))
    }

    @Test func whoReceivesWaitsForASlowReader() async throws {
        let relay = EventRelay()
        let pushed = LockedBox(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<1000 {
                    await relay.push(Self.events(number..<number + 1))
                    pushed.update { $0 += 1 }
                }
                relay.end()
            }
            try await eventually("the queue is full") { pushed.value == ChatBounds.events - 1 }
            // What the reader's own calls bring about does not wait.
            relay.add(Self.events(5000..<5001))
            relay.offer(ChatEvent(.refused("lost")))
            var read = 0
            while let event = await relay.next() {
                #expect(Self.number(event) != nil)
                read += 1
            }
            #expect(read == 1001)
            try await group.waitForAll()
        }
    }

    @Test func bytesCountToo() async throws {
        let relay = EventRelay()
        let message = MessageKey(conversation: ChatKey(peer: Talk.bob), sender: Talk.bob, id: Talk.id(1))
        let file = try OutgoingFile(filename: "f", bytes: [UInt8](repeating: 0, count: 10 << 20))
        let event = ChatEvent(.file(ReceivedFile(key: message, description: file.description, bytes: file.bytes)))
        let pushed = LockedBox(0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<10 {
                    await relay.push([event])
                    pushed.update { $0 += 1 }
                }
            }
            try? await eventually("32 MiB wait") { pushed.value == 3 }
            #expect(pushed.value == 3)
            for _ in 0..<10 { _ = await relay.next() }
        }
        #expect(pushed.value == 10)
    }

    @Test func aReaderThatIsCancelledEnds() async throws {
        let relay = EventRelay()
        let reader = Task { await relay.next().map { _ in false } ?? true }
        reader.cancel()
        #expect(await reader.value)
        let late = Task { await relay.next() }
        relay.end()
        #expect(await late.value.map { _ in false } ?? true)
        await relay.push(Self.events(0..<1))
    }
}
