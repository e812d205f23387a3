import Foundation
import KezCore
import KezRuntime
import KezTesting
import Logging
import Testing

/// Collects lines.
private final class Lines: Sendable {
    private let box = LockedBox<[String]>([])
    let isTerminal: Bool

    init(isTerminal: Bool = false) { self.isTerminal = isTerminal }

    var sink: LogSink {
        LogSink(isTerminal: self.isTerminal) { line in
            self.box.update { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }

    var all: [String] { self.box.value }
    var last: String { self.all.last ?? "" }
}

private let clock = WallClock { Timestamp(unixSeconds: 1_779_678_000, nanoseconds: 5_000_000) }

@Suite struct JSONLogHandlerTests {
    private func logger(_ lines: Lines, level: Logger.Level = .trace) -> Logger {
        Logger(label: "registry") { JSONLogHandler(label: $0, level: level, sink: lines.sink, clock: clock) }
    }

    private func parse(_ line: String) throws -> [String: String] {
        #expect(line.hasSuffix("}\n") && line.filter { $0.isNewline }.count == 1)
        // Not by Foundation, which takes a duplicate member.
        let root = try JSONDocument(parsing: Array(line.utf8), maximumDepth: 4).root
        return Dictionary(uniqueKeysWithValues: try #require(root.object).map { ($0.name, $0.value.string ?? "") })
    }

    @Test func writesOneObjectALine() throws {
        let lines = Lines()
        var logger = self.logger(lines)
        logger[metadataKey: "inbox.shard"] = "a"
        logger.warning("stored", metadata: ["inbox.seq": "7", "of": ["x": "1", "y": ["2", "3"]]])
        #expect(
            lines.last
                == #"{"time":"2026-05-25T03:00:00.005Z","level":"warning","logger":"registry","message":"stored","#
                + #""inbox.seq":"7","inbox.shard":"a","of.x":"1","of.y.0":"2","of.y.1":"3"}"# + "\n")
    }

    @Test func escapesEverythingThatIsNotText() throws {
        let lines = Lines()
        let nasty = "a\"b\\c\nd\r\t\u{0}\u{1b}[31m\u{7f}\u{9b}\u{2028}\u{202e}é😀"
        self.logger(lines).info("\(nasty)", metadata: ["k\n\"": "\(nasty)"])
        let members = try self.parse(lines.last)
        #expect(members["message"] == nasty)
        #expect(members["k\n\""] == nasty)
        let controls = lines.last.dropLast().unicodeScalars.filter {
            [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
        }
        #expect(controls.isEmpty)
    }

    @Test func keepsItsOwnNamesApart() throws {
        let lines = Lines()
        self.logger(lines).info("hello", metadata: ["level": "x", "time": "y", "message": "z"])
        let members = try self.parse(lines.last)
        #expect(members["level"] == "info")
        #expect(members["message"] == "hello")
        #expect(members["metadata.level"] == "x")
        #expect(members["metadata.message"] == "z")
    }

    @Test func twoWaysToOneNameGiveOneMember() throws {
        let lines = Lines()
        self.logger(lines).info("hello", metadata: ["a.b": "x", "a": ["b": "y"]])
        #expect(try self.parse(lines.last)["a.b"] != nil)
    }

    @Test func asksTheProvider() throws {
        let lines = Lines()
        var handler = JSONLogHandler(label: "x", level: .info, sink: lines.sink, clock: clock)
        handler.metadataProvider = .init { ["request.id": "7", "a": "provider"] }
        handler[metadataKey: "a"] = "handler"
        let logger = Logger(label: "x") { _ in handler }
        logger.info("hello")
        #expect(try self.parse(lines.last)["request.id"] == "7")
        #expect(try self.parse(lines.last)["a"] == "provider")
        logger.info("hello", metadata: ["a": "event"])
        #expect(try self.parse(lines.last)["a"] == "event")
    }

    @Test func keepsQuietBelowItsLevel() {
        let lines = Lines()
        let logger = self.logger(lines, level: .notice)
        logger.info("no")
        logger.notice("yes")
        #expect(lines.all.count == 1)
    }

    @Test func cutsWhatIsVeryLong() throws {
        let lines = Lines()
        self.logger(lines).info(
            "\(String(repeating: "é", count: 100_000))", metadata: ["a": "\(String(repeating: "b", count: 100_000))"])
        #expect(lines.last.utf8.count < 20_000)
        _ = try self.parse(lines.last)
    }

    @Test func manyThreadsDoNotTangle() async throws {
        let folder = try TemporaryFolder("log")
        let path = folder.file("log")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        // In two halves, so that lines would mix if two threads wrote at once.
        let sink = LogSink { line in
            try? handle.write(contentsOf: Data(line.prefix(10)))
            try? handle.write(contentsOf: Data(line.dropFirst(10)))
        }
        let logger = Logger(label: "x") { JSONLogHandler(label: $0, level: .info, sink: sink) }
        await withDiscardingTaskGroup { group in
            for task in 0..<20 {
                group.addTask {
                    for index in 0..<50 { logger.info("line", metadata: ["n": "\(task * 50 + index)"]) }
                }
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let numbers = try lines.map { try self.parse($0 + "\n")["n"] }
        #expect(Set(numbers) == Set((0..<1000).map { "\($0)" }))
        #expect(lines.count == 1000)
    }
}

@Suite struct TextLogHandlerTests {
    private func logger(_ lines: Lines) -> Logger {
        Logger(label: "registry") { TextLogHandler(label: $0, level: .trace, sink: lines.sink, clock: clock) }
    }

    @Test func alignsItsColumns() {
        let lines = Lines()
        self.logger(lines).info("stored", metadata: ["b": "two words", "a": "1", "c": "", "d": #"x="y""#])
        self.logger(lines).critical("gone")
        #expect(
            lines.all == [
                #"2026-05-25T03:00:00.005Z INFO     registry       stored a=1 b="two words" c="" d="x=\"y\"""# + "\n",
                "2026-05-25T03:00:00.005Z CRITICAL registry       gone\n",
            ])
    }

    @Test func aLineStaysALine() {
        let lines = Lines()
        self.logger(lines).info("one\ntwo\u{1b}[31m", metadata: ["a": "b\nc"])
        #expect(lines.last.hasSuffix(#"one\ntwo\u001b[31m a="b\nc""# + "\n"))
    }

    @Test func coloursOnlyATerminal() {
        let (plain, terminal) = (Lines(), Lines(isTerminal: true))
        for lines in [plain, terminal] { self.logger(lines).error("gone", metadata: ["a": "\u{1b}[0m"]) }
        #expect(!plain.last.contains("\u{1b}"))
        #expect(terminal.last.contains("\u{1b}[31mERROR"))
        #expect(terminal.last.contains(#"a="\u001b[0m""#))
    }
}

@Suite struct LoggingSetupTests {
    @Test(arguments: Logger.Level.allCases, LoggingSetup.Format.allCases)
    func readsLevelsAndFormats(level: Logger.Level, format: LoggingSetup.Format) throws {
        for setup in [
            try LoggingSetup(level: level.rawValue, format: format.rawValue),
            try LoggingSetup(level: level.rawValue.uppercased(), format: format.rawValue.uppercased()),
        ] {
            #expect(setup == LoggingSetup(level: level, format: format))
            #expect(setup.logger(label: "x").logLevel == level)
            #expect((setup.handler(label: "x") is JSONLogHandler) == (format == .json))
        }
    }

    @Test(arguments: [("", "text"), ("warn", "text"), ("5", "json"), ("info ", "json")])
    func refusesOtherLevels(level: String, format: String) {
        #expect { try LoggingSetup(level: level, format: format) } throws: {
            "\($0)".contains("\"\(level)\"") && "\($0)".contains("warning")
        }
    }

    @Test(arguments: ["", "xml", "text,json"])
    func refusesOtherFormats(format: String) {
        #expect { try LoggingSetup(level: "info", format: format) } throws: {
            "\($0)".contains("\"\(format)\"") && "\($0)".contains("text, json")
        }
    }
}
