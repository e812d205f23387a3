private import KezCore
package import Logging

/// Writes each event as one line for people: time, level and logger in columns, the message, `name=value` pairs.
/// In colour where the sink is a terminal.
package struct TextLogHandler: LogHandler {
    private static let levelWidth = 8
    private static let labelWidth = 14
    private static let reset = "\u{1b}[0m"
    private static let faint = "\u{1b}[2m"

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: LogSink
    private let clock: WallClock

    package init(label: String, level: Logger.Level, sink: LogSink = .standardError, clock: WallClock = .system) {
        self.label = LogText.escaped(label)
        self.logLevel = level
        self.sink = sink
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let level = Self.padded(event.level.rawValue.uppercased(), to: Self.levelWidth)
        let label = Self.padded(self.label, to: Self.labelWidth)
        let message = LogText.escaped(LogText.cut(event.message.description))
        let pairs = LogText.metadata(of: event, handler: self.metadata, provider: self.metadataProvider)
            .map { " \(LogText.escaped($0.name))=\(Self.value($0.value))" }.joined()
        let time = self.clock.now().textWithMilliseconds
        let line =
            self.sink.isTerminal
            ? "\(Self.faint)\(time)\(Self.reset) \(Self.colour(event.level))\(level)\(Self.reset)"
                + " \(Self.faint)\(label)\(Self.reset) \(message)\(Self.faint)\(pairs)\(Self.reset)\n"
            : "\(time) \(level) \(label) \(message)\(pairs)\n"
        self.sink.append([UInt8](line.utf8))
    }

    /// In quotation marks where it could be taken for more than one word.
    private static func value(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0 == "\\" }
        let escaped = LogText.escaped(isPlain ? text : text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
        return isPlain && escaped == text ? text : "\"\(escaped)\""
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func colour(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: self.faint
        case .info: "\u{1b}[32m"
        case .notice: "\u{1b}[36m"
        case .warning: "\u{1b}[33m"
        case .error: "\u{1b}[31m"
        case .critical: "\u{1b}[1;31m"
        }
    }
}
