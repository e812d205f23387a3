import KezRuntime
import KezTesting
import Testing

@Suite struct PositionGateTests {
    @Test func whatIsReachedNeedsNoWaiting() async {
        let gate = PositionGate(position: 7)
        #expect(gate.position == 7)
        #expect(await gate.wait(for: 7, timeout: .zero))
        #expect(await gate.wait(for: 0, timeout: .zero))
    }

    @Test func wakesThoseWhoseTargetIsReached() async throws {
        let gate = PositionGate()
        try await withThrowingTaskGroup(of: (UInt64, Bool).self) { group in
            for target: UInt64 in 1...100 {
                group.addTask { (target, await gate.wait(for: target, timeout: .seconds(60))) }
            }
            gate.move(to: 50)
            for _ in 0..<50 {
                let (target, isReached) = try #require(try await group.next())
                #expect(isReached)
                #expect(target <= 50)
            }
            gate.move(to: 1000)
            for try await (_, isReached) in group { #expect(isReached) }
        }
    }

    @Test func givesUpAfterItsTimeout() async throws {
        let gate = PositionGate(position: 1)
        #expect(try await within { await gate.wait(for: 2, timeout: .milliseconds(20)) } == false)
        // Nobody is left who would be told twice.
        gate.move(to: 2)
        #expect(await gate.wait(for: 2, timeout: .zero))
    }

    @Test func givesUpWhenItsTaskIsCancelled() async throws {
        let gate = PositionGate()
        let task = Task { await gate.wait(for: 1, timeout: .seconds(600)) }
        task.cancel()
        #expect(try await within { await task.value } == false)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.wait(for: 1, timeout: .seconds(600))
        }
        late.cancel()
        #expect(try await within { await late.value } == false)
    }

    @Test func aViewThatIsBuiltAnewMakesPeopleWaitAgain() async throws {
        let gate = PositionGate(position: 100)
        gate.move(to: 0)
        #expect(gate.position == 0)
        #expect(await gate.wait(for: 50, timeout: .milliseconds(20)) == false)
        async let isReached = gate.wait(for: 50, timeout: .seconds(60))
        gate.move(to: 49)
        gate.move(to: 50)
        #expect(await isReached)
    }
}
