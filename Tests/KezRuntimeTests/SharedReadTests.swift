import KezRuntime
import KezTesting
import Testing

/// A read that the test ends, one call after the other.
private final class HeldRead: Sendable {
    private typealias Ending = CheckedContinuation<Result<Int, TestFailure>, Never>
    private let waiting = LockedBox<[Ending]>([])
    private let calls = LockedBox(0)

    /// Reads that have begun.
    var begun: Int { self.calls.value }

    func read() async throws(TestFailure) -> Int {
        let result = await withCheckedContinuation { ending in
            self.waiting.update { $0.append(ending) }
            self.calls.update { $0 += 1 }
        }
        return try result.get()
    }

    func end(_ result: Result<Int, TestFailure>) {
        let ending = self.waiting.update { $0.removeFirst() }
        ending.resume(returning: result)
    }
}

@Suite struct SharedReadTests {
    private let held = HeldRead()

    private var shared: SharedRead<Int, TestFailure> {
        let held = self.held
        return SharedRead { () async throws(TestFailure) in try await held.read() }
    }

    /// Asks, and returns when the question stands in the line: an immediate task runs until it has to wait.
    private func ask(_ shared: SharedRead<Int, TestFailure>) -> Task<Int, any Error> {
        Task.immediate { try await shared.value() }
    }

    @Test func oneReadServesAllWhoWaitedWhenItBegan() async throws {
        let shared = self.shared
        let first = self.ask(shared)
        try await eventually("the read has begun") { self.held.begun == 1 }
        var waiting: [Task<Int, any Error>] = []
        for _ in 0..<20 { waiting.append(self.ask(shared)) }
        // They came too late for the read under way.
        #expect(self.held.begun == 1)
        self.held.end(.success(1))
        #expect(try await within { try await first.value } == 1)
        try await eventually("the second read has begun") { self.held.begun == 2 }
        self.held.end(.success(2))
        let later = waiting
        for task in later { #expect(try await within { try await task.value } == 2) }
        #expect(self.held.begun == 2)
    }

    @Test func whoComesDuringAReadGetsTheNextOne() async throws {
        let shared = self.shared
        var tasks: [Task<Int, any Error>] = []
        for number in 1...5 {
            tasks.append(self.ask(shared))
            if number > 1 { self.held.end(.success(number - 1)) }
            try await eventually("read \(number) has begun") { self.held.begun == number }
        }
        self.held.end(.success(5))
        let asked = tasks
        for (index, task) in asked.enumerated() { #expect(try await within { try await task.value } == index + 1) }
    }

    @Test func aFailureIsToldToThoseItServedAndToNobodyElse() async throws {
        let shared = self.shared
        let first = self.ask(shared)
        try await eventually("the read has begun") { self.held.begun == 1 }
        let second = self.ask(shared)
        self.held.end(.failure(TestFailure("away")))
        await #expect(throws: TestFailure.self) { try await first.value }
        try await eventually("the next read has begun") { self.held.begun == 2 }
        self.held.end(.success(7))
        #expect(try await within { try await second.value } == 7)
    }

    @Test func readsAgainForALaterQuestion() async throws {
        let shared = self.shared
        for number in 1...3 {
            let task = self.ask(shared)
            try await eventually("read \(number) has begun") { self.held.begun == number }
            self.held.end(.success(number))
            #expect(try await within { try await task.value } == number)
        }
    }
}
