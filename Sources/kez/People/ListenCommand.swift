import ArgumentParser
import Foundation
import KezClient

struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Show messages as they arrive, and save files.",
        discussion: """
            Begins where the last run stopped. Through restarts of the server nothing is missed or shown twice. People \
            whom you have written to are told that their messages were delivered.
            """)

    @Flag(help: "Begin with the oldest message that is stored.")
    var fromStart = false

    @Option(help: "End after so many messages; 0 goes on until Ctrl-C.")
    var count: Int = 0

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(
        help: ArgumentHelp("Save files here, under names that are safe and free.", valueName: "folder"),
        completion: .directory)
    var download: String?

    @Flag(help: "Save files only of people whom you have written to.")
    var contactsOnly = false

    @Option(help: ArgumentHelp("Save so much in one run and no more.", valueName: "MiB"))
    var downloadLimit: Int = 1024

    @Flag(help: "Tell nobody that a message was delivered.")
    var noReceipts = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let identity = try self.person.identity()
        let ring = try self.person.keyRing()
        let state = ListenState(path: try ring.stateFile("listen.json", of: identity))
        let settings = SettingsFile(path: try ring.stateFile("settings.json", of: identity))
        let saver = try self.download.map { try FileSaver(folder: $0) }
        let options = ChatOptions(
            start: .position(self.fromStart ? .beginning : try state.load()),
            files: saver == nil ? .nobody : self.contactsOnly ? .contacts : .everyone,
            sendsReceipts: !self.noReceipts, settings: settings.load())
        let (limit, json, most) = (self.count, self.json, self.downloadLimit << 20)
        try await self.person.withClient { client in
            let engine = client.chat(options)
            try await Interrupt.orUntil {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await engine.run() }
                    var reader = EventReader(
                        printer: EventPrinter(client: client, asJSON: json, saver: saver), state: state,
                        settings: settings, limit: limit, mostBytes: most)
                    for await event in engine.events where try await reader.take(event) { break }
                    // Receipts for what was shown, but no longer than one waits for a prompt.
                    _ = await engine.drain(within: .seconds(2))
                    group.cancelAll()
                    // The engine ended by itself when the server refuses us for good: that is to be told.
                    do { try await group.waitForAll() } catch is CancellationError {}
                }
            }
        }
    }
}

/// Prints and saves, and remembers how far that has come.
private struct EventReader {
    var printer: EventPrinter
    let state: ListenState
    let settings: SettingsFile
    let limit: Int
    let mostBytes: Int
    var shown = 0
    var savedBytes = 0
    var bars: [String: ProgressBar] = [:]

    init(printer: EventPrinter, state: ListenState, settings: SettingsFile, limit: Int, mostBytes: Int) {
        self.printer = printer
        self.state = state
        self.settings = settings
        self.limit = limit
        self.mostBytes = mostBytes
    }

    /// - Returns: whether it was the last one.
    mutating func take(_ event: ChatEvent) async throws -> Bool {
        switch event.kind {
        case .position(let position):
            try self.state.save(position)
            return self.limit > 0 && self.shown >= self.limit
        case .message, .anonymous: self.shown += 1
        case .settings(let settings): try self.settings.save(settings)
        case .progress(let progress): self.progress(progress)
        case .file(let file):
            self.bars.removeValue(forKey: file.file.id)?.end()
            guard self.savedBytes + file.bytes.count <= self.mostBytes else {
                Output.write("Not saved: \(file.file.name), beyond --download-limit.\n", to: .standardError)
                return false
            }
            self.savedBytes += file.bytes.count
        case .fileFailed(let progress, _): self.bars.removeValue(forKey: progress.fileID)?.end()
        default: break
        }
        try await self.printer.show(event)
        return false
    }

    /// A bar on a terminal; elsewhere the line that says where the file is, is enough.
    private mutating func progress(_ progress: FileProgress) {
        guard isatty(STDERR_FILENO) == 1, self.printer.saver != nil else { return }
        if self.bars.count > 16 { self.bars = [:] }
        let bar = self.bars[progress.fileID] ?? ProgressBar("receiving \(progress.fileID.prefix(8))")
        self.bars[progress.fileID] = bar
        bar.update(progress.done, of: progress.count)
    }
}

/// How far listening has come, in a file.
struct ListenState: Sendable {
    private struct Stored: Codable {
        var cursor: UInt64
        var shown: [UInt64]
        var epoch: String?
        /// The first part of a file that is not whole yet.
        var resume: UInt64?
    }

    let path: String

    func load() throws -> ChatPosition {
        guard let data = FileManager.default.contents(atPath: self.path) else { return .beginning }
        guard let stored = try? JSONDecoder().decode(Stored.self, from: data) else {
            throw Failure("\(self.path) is damaged: remove it, or use --from-start.")
        }
        return ChatPosition(
            merge: InboxMerge(cursor: stored.cursor, shown: Set(stored.shown), epoch: stored.epoch),
            resume: stored.resume)
    }

    func save(_ position: ChatPosition) throws {
        let merge = position.merge
        let stored = Stored(
            cursor: merge.cursor, shown: merge.shown.sorted(), epoch: merge.epoch, resume: position.resume)
        try PrivateFile.write(JSONEncoder.sorted.encode(stored), to: self.path)
    }
}

/// What one's clients have agreed on, in a file: it is told once, and may lie behind where listening begins.
struct SettingsFile: Sendable {
    private struct Stored: Codable {
        var receipts: Bool
        var typing: Bool
    }

    let path: String

    func load() -> ChatSettings {
        let stored = FileManager.default.contents(atPath: self.path).flatMap {
            try? JSONDecoder().decode(Stored.self, from: $0)
        }
        return stored.map { ChatSettings(receipts: $0.receipts, typing: $0.typing) } ?? ChatSettings()
    }

    func save(_ settings: ChatSettings) throws {
        let stored = Stored(receipts: settings.receipts, typing: settings.typing)
        try PrivateFile.write(JSONEncoder.sorted.encode(stored), to: self.path)
    }
}
