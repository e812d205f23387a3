import Dispatch
import Foundation

/// Ctrl-C and SIGTERM as something to wait for.
enum Interrupt {
    /// Returns when one of `signals` has come, or the task is cancelled.
    static func wait(_ signals: [Int32] = [SIGINT, SIGTERM]) async {
        for await _ in self.stream(signals) { break }
    }

    /// Signals, one element each; they no longer do what they did.
    static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(8))
        let sources = signals.map { number in
            signal(number, SIG_IGN)
            return Source(number) { continuation.yield(number) }
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
        return stream
    }

    // Safe to share: a dispatch source may be cancelled from any thread, and nothing else is done with it.
    private final class Source: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
            self.source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            self.source.setEventHandler(handler: handler)
            self.source.resume()
        }

        func cancel() { self.source.cancel() }
    }

    /// Runs `body` until it ends or the person interrupts, which is no failure.
    static func orUntil(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                group.addTask { await self.wait() }
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        } catch is CancellationError {}
    }
}
