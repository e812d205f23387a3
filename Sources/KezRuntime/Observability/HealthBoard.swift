private import Synchronization

/// What works and what does not, told by each part of a process and read by its health doors.
package final class HealthBoard: Sendable {
    private let parts = Mutex<[String: String?]>([:])

    package init() {}

    /// - Parameter failure: nil when `part` works; else a sentence that says why not.
    package func report(_ part: String, failure: String?) {
        self.parts.withLock { $0[part] = .some(failure) }
    }

    /// The failing parts with their sentence, by name.
    package var failures: [String: String] {
        self.parts.withLock { parts in parts.compactMapValues { $0 } }
    }

    package var isReady: Bool { self.failures.isEmpty }

    /// Whether any part has said anything yet.
    package var hasReports: Bool { self.parts.withLock { !$0.isEmpty } }
}
