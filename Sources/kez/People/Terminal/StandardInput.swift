import Dispatch
import Foundation

/// Standard input, read by a thread of its own: reading waits, and the cooperative pool must not.
///
/// The thread reads no further than `room` pieces ahead. It ends with the input, or with the process.
struct StandardInput: Sendable {
    private static let room = 64

    private let pieces: AsyncStream<[UInt8]>
    /// Pieces that may still be read. Begins at 0: libdispatch traps when a semaphore goes with less than it began with.
    private let taken = DispatchSemaphore(value: 0)

    init(_ file: Int32 = STDIN_FILENO) {
        let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.pieces = pieces
        let taken = self.taken
        for _ in 0..<Self.room { taken.signal() }
        Thread.detachNewThread {
            while true {
                taken.wait()
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = unsafe read(file, &buffer, buffer.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { return continuation.finish() }
                continuation.yield(Array(buffer.prefix(count)))
            }
        }
    }

    /// The bytes as they come, for one reader.
    func forEach(_ body: ([UInt8]) async throws -> Bool) async rethrows {
        for await piece in self.pieces {
            self.taken.signal()
            guard try await body(piece) else { return }
        }
    }

    /// Lines without their ends, for one reader, until `body` wants no more; a last one without an end too.
    func forEachLine(_ body: (String) async throws -> Bool) async rethrows {
        var rest: [UInt8] = []
        var isDone = false
        try await self.forEach { piece in
            rest += piece
            while let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                if try await !body(line.hasSuffix("\r") ? String(line.dropLast()) : line) {
                    isDone = true
                    return false
                }
            }
            // No message is that long.
            if rest.count > 1 << 20 { rest = [] }
            return true
        }
        if !isDone, !rest.isEmpty { _ = try await body(String(decoding: rest, as: UTF8.self)) }
    }
}
