import KezRuntime
import KezTesting
import Synchronization
import Testing

/// Design, correctness rule 3: a read that was in flight when somebody asked does not answer him.
@Suite struct SharedReadTests {
    /// Reads that wait until the test lets them end; the n-th gives n.
    private final class HeldReads: Sendable {
        private struct State {
            var begun = 0
            var waiting: [CheckedContinuation<Int, Never>] = []
        }
        private let state = Mutex(State())

        var begun: Int { self.state.withLock { $0.begun } }

        func read() async -> Int {
            await withCheckedContinuation { continuation in
                self.state.withLock { state in
                    state.begun += 1
                    state.waiting.append(continuation)
                }
            }
        }

        /// Ends the read that waits longest, if one waits.
        func finish() {
            let (reader, number) = self.state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.begun)
            }
            reader?.resume(returning: number)
        }
    }

    @Test func everybodyWhoWaitsSharesOneRead() async throws {
        let reads = HeldReads()
        let asked = LockedBox(0)
        let shared = SharedRead<Int, Never> { await reads.read() }
        async let first = shared.value()
        try await eventually("the first read begins") { reads.begun == 1 }
        let late = (0..<50).map { _ in
            Task {
                asked.update { $0 += 1 }
                return await shared.value()
            }
        }
        try await eventually("all have begun to ask") { asked.value == 50 }
        reads.finish()
        #expect(await first == 1)
        let finisher = Task {
            while !Task.isCancelled {
                reads.finish()
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        for task in late { #expect(await task.value >= 2) }
        finisher.cancel()
        #expect(reads.begun <= 4)
    }

    /// The whole of rule 3: a consumer is held back, so a read that began before a message was stored must not
    /// let a list pass that was asked for after it.
    @Test func aHeldBackConsumerDelaysWhoAskedAfterTheMessage() async throws {
        let stored = LockedBox<UInt64>(1)
        let view = PositionGate(position: 1)
        let reads = HeldReads()
        let shared = SharedRead<UInt64, Never> {
            let last = stored.value
            _ = await reads.read()
            return last
        }
        // Asked before message 2: its read sees the end at 1.
        async let early = shared.value()
        try await eventually("the first read begins") { reads.begun == 1 }
        stored.value = 2
        async let late = shared.value()
        reads.finish()
        #expect(await early == 1)
        try await eventually("a read of its own begins") { reads.begun == 2 }
        reads.finish()
        let target = await late
        #expect(target == 2)
        #expect(await view.wait(for: 1, timeout: .zero))
        #expect(await view.wait(for: target, timeout: .milliseconds(20)) == false)
        async let passes = view.wait(for: target, timeout: .seconds(10))
        view.advance(to: 2)
        #expect(await passes)
    }
}

@Suite struct PositionGateTests {
    @Test func advanceNeverGoesBack() async {
        let gate = PositionGate(position: 5)
        gate.advance(to: 9)
        gate.advance(to: 7)
        #expect(gate.position == 9)
        gate.move(to: 2)
        #expect(gate.position == 2)
        #expect(await gate.wait(for: 3, timeout: .milliseconds(10)) == false)
    }

    @Test func aCancelledWaitEnds() async throws {
        let gate = PositionGate()
        let waiter = Task { await gate.wait(for: 1, timeout: .seconds(60)) }
        waiter.cancel()
        #expect(try await within { await waiter.value } == false)
    }
}
