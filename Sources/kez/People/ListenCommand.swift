import ArgumentParser
import Dispatch
import Foundation
import KezClient
import Synchronization

struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Show messages as they arrive.",
        discussion:
            "Begins where the last run stopped. Through restarts of the server nothing is missed or shown twice.")

    @Flag(help: "Begin with the oldest message that is stored.")
    var fromStart = false

    @Option(help: "End after so many messages; 0 goes on until Ctrl-C.")
    var count: Int = 0

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let identity = try self.person.identity()
        let state = ListenState(path: try self.person.keyRing().stateFile("listen.json", of: identity))
        let start = self.fromStart ? InboxMerge() : try state.load()
        let limit = self.count
        try await self.person.withClient { client in
            let printer = MessagePrinter(client: client, asJSON: self.json)
            let shown = Mutex(0)
            try await Self.untilInterrupted {
                try await client.listen(from: start) { message, merge in
                    await printer.show(message)
                    try state.save(merge)
                    if shown.withLock({
                        $0 += 1; return $0
                    }) == limit {
                        throw CancellationError()
                    }
                }
            }
        }
    }

    /// Runs `body` until it ends or the person interrupts, which is no failure.
    private static func untilInterrupted(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body() }
                group.addTask { await Interrupt.wait() }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {}
    }
}

/// Ctrl-C and SIGTERM as something to wait for.
enum Interrupt {
    static func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}

/// How far listening has come, in a file.
struct ListenState: Sendable {
    private struct Stored: Codable {
        var cursor: UInt64
        var shown: [UInt64]
        var epoch: String?
    }

    let path: String

    func load() throws -> InboxMerge {
        guard let data = FileManager.default.contents(atPath: self.path) else { return InboxMerge() }
        guard let stored = try? JSONDecoder().decode(Stored.self, from: data) else {
            throw Failure("\(self.path) is damaged: remove it, or use --from-start.")
        }
        return InboxMerge(cursor: stored.cursor, shown: Set(stored.shown), epoch: stored.epoch)
    }

    func save(_ merge: InboxMerge) throws {
        let stored = Stored(cursor: merge.cursor, shown: merge.shown.sorted(), epoch: merge.epoch)
        try PrivateFile.write(JSONEncoder.sorted.encode(stored), to: self.path)
    }
}
