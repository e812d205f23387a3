private import Foundation
private import Synchronization

/// Where log lines go: one at a time, whole, from any thread.
package struct LogSink: Sendable {
    /// Whether colours make sense there.
    package let isTerminal: Bool
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: gets one line with its line feed; called by one thread at a time.
    package init(isTerminal: Bool = false, write: @escaping @Sendable ([UInt8]) -> Void) {
        let turn = Mutex(())
        self.isTerminal = isTerminal
        self.write = { line in turn.withLock { _ in write(line) } }
    }

    /// The process's standard error.
    ///
    /// Writing waits for whoever reads it, as every log to a pipe does: losing lines would be worse.
    package static let standardError = LogSink(isTerminal: Self.isColourful) { line in
        var rest = line[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                // Somebody made it non-blocking: wait until it takes more.
                var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&descriptor, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }

    func append(_ line: [UInt8]) { self.write(line) }

    /// A terminal that is not told to be plain. Source: no-color.org.
    private static var isColourful: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
