package import Logging

/// How a process logs: from which level on, and in which format. Made from what the operator wrote.
package struct LoggingSetup: Equatable, Sendable {
    package enum Format: String, Sendable, CaseIterable {
        /// For people.
        case text
        /// For machines: one object a line.
        case json
    }

    /// A value that cannot be used, as a sentence that names it.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    package let level: Logger.Level
    package let format: Format

    package init(level: Logger.Level = .info, format: Format = .text) {
        self.level = level
        self.format = format
    }

    /// - Parameters:
    ///   - level: `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`, of any case.
    ///   - format: `text` or `json`, of any case.
    /// - Throws: `Failure`.
    package init(level: String, format: String) throws(Failure) {
        guard let known = Logger.Level(rawValue: level.lowercased()) else {
            throw Failure(
                description: "the log level is \(Self.quoted(level)); it must be one of "
                    + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let form = Format(rawValue: format.lowercased()) else {
            throw Failure(
                description: "the log format is \(Self.quoted(format)); it must be one of "
                    + Format.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.init(level: known, format: form)
    }

    private static func quoted(_ text: String) -> String { "\"\(LogText.escaped(String(text.prefix(80))))\"" }

    /// A handler of this level and format.
    package func handler(
        label: String, sink: LogSink = .standardError, clock: WallClock = .system
    ) -> any LogHandler {
        switch self.format {
        case .text: TextLogHandler(label: label, level: self.level, sink: sink, clock: clock)
        case .json: JSONLogHandler(label: label, level: self.level, sink: sink, clock: clock)
        }
    }

    /// A logger of this level and format.
    package func logger(label: String, sink: LogSink = .standardError) -> Logger {
        Logger(label: label) { self.handler(label: $0, sink: sink) }
    }

    /// Makes every logger of the process, of packages too, log like this. Once, at the start.
    package func bootstrap(sink: LogSink = .standardError) {
        LoggingSystem.bootstrap { self.handler(label: $0, sink: sink) }
    }
}
