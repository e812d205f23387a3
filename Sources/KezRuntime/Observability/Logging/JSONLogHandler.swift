private import KezCore
package import Logging

/// Writes each event as one JSON object on one line: `time`, `level`, `logger`, `message`, then the metadata.
///
/// A name of the metadata that is one of those four is written with `metadata.` before it.
package struct JSONLogHandler: LogHandler {
    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: LogSink
    private let clock: WallClock

    package init(label: String, level: Logger.Level, sink: LogSink = .standardError, clock: WallClock = .system) {
        self.label = label
        self.logLevel = level
        self.sink = sink
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = "{"
        Self.append("time", self.clock.now().textWithMilliseconds, to: &line)
        Self.append("level", event.level.rawValue, to: &line)
        Self.append("logger", self.label, to: &line)
        Self.append("message", LogText.cut(event.message.description), to: &line)
        for (name, value) in LogText.metadata(of: event, handler: self.metadata, provider: self.metadataProvider) {
            Self.append(Self.ownNames.contains(name) ? "metadata." + name : name, value, to: &line)
        }
        self.sink.append([UInt8]((line + "}\n").utf8))
    }

    private static func append(_ name: String, _ value: String, to line: inout String) {
        if line.utf8.count > 1 { line += "," }
        line += "\(self.quoted(name)):\(self.quoted(value))"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            } else if LogText.isHarmful(scalar) {
                quoted += LogText.escape(scalar)
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
