import Foundation
import Synchronization

/// How far a transfer is, on standard error: a bar on a terminal, a line for every quarter elsewhere.
final class ProgressBar: Sendable {
    private static let width = 30

    private let label: String
    private let isTerminal: Bool
    /// Quarters, or percents on a terminal, that were shown; −1 before the first.
    private let shown = Mutex(-1)

    init(_ label: String, isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.label = label
        self.isTerminal = isTerminal
    }

    /// - Parameters: parts that are done, of so many in all.
    func update(_ done: Int, of count: Int) {
        let step = count == 0 ? 0 : self.isTerminal ? done * 100 / count : done * 4 / count
        let isNew = self.shown.withLock { shown in
            defer { shown = max(shown, step) }
            return step > shown
        }
        guard isNew else { return }
        Output.write(
            self.isTerminal ? "\r" + self.bar(step) : "\(self.label): \(done) of \(count)\n", to: .standardError)
    }

    /// Leaves the line.
    func end() {
        if self.isTerminal, self.shown.withLock({ $0 >= 0 }) { Output.write("\n", to: .standardError) }
    }

    private func bar(_ percent: Int) -> String {
        let filled = percent * Self.width / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        return "\(self.label) \(bar) \(percent) %"
    }
}
