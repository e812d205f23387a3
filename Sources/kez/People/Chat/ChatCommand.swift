import ArgumentParser
import Foundation
import KezClient

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with somebody: history, live messages, receipts, files.",
        discussion: """
            Type a line and press Enter to send it; a line that begins with / is a command, and /help lists them. The \
            history is what the server stores, what your other clients sent included; nothing of it is kept on this \
            machine. Without a terminal, or with --plain, each line of standard input is a message or a command and \
            each line of output tells one thing; the end of input ends it.

            \(ChatInput.helpText)
            """)

    @Argument(help: "A handle, handle@server, or a primary.")
    var who: String

    @Option(help: "Show so many messages at the start, and all that are new.")
    var history: Int = 20

    @Option(
        help: ArgumentHelp("Where /save puts files; the current folder otherwise.", valueName: "folder"),
        completion: .directory)
    var download: String = "."

    @Flag(help: "Lines without a line editor, as for a program.")
    var plain = false

    @Flag(help: "Tell nobody what was delivered and read.")
    var noReceipts = false

    @Flag(help: "Go on although the handle now names another key than before.")
    var acceptNewKey = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let identity = try self.person.identity()
        let settings = SettingsFile(path: try self.person.keyRing().stateFile("settings.json", of: identity))
        let options = ChatOptions(sendsReceipts: !self.noReceipts, settings: settings.load())
        let isTerminal = !self.plain && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        let terminal = isTerminal ? RawTerminal() : nil
        try await self.person.withClient { client in
            let user = try await client.lookup(self.who)
            let engine = client.chat(with: user, options)
            let peer = try await engine.open(self.who, acceptingNewKey: self.acceptNewKey)
            let room = ChatRoom(
                engine: engine, peer: peer, terminal: terminal, shownAtStart: max(0, self.history),
                folder: self.download)
            // However this ends, the terminal is as it was.
            defer { terminal?.leave() }
            await room.open()
            try await Self.talk(engine, room, settings, isTerminal: terminal != nil)
        }
    }

    private static func talk(
        _ engine: ChatEngine, _ room: ChatRoom, _ settings: SettingsFile, isTerminal: Bool
    ) async throws {
        // Ends with the engine, which ends by itself when the server refuses us for good.
        let (over, ending) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.run() }
            // Until the very end, so that what is sent last is shown as sent.
            group.addTask {
                defer { ending.finish() }
                for await event in engine.events {
                    if case .settings(let shared) = event.kind { try settings.save(shared) }
                    await room.take(event)
                }
            }
            await withTaskGroup(of: Void.self) { inner in
                inner.addTask { await self.readInput(room, isTerminal: isTerminal) }
                inner.addTask { await self.followSignals(room, isTerminal: isTerminal) }
                inner.addTask { for await _ in over {} }
                await inner.next()
                inner.cancelAll()
            }
            await room.close()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    private static func readInput(_ room: ChatRoom, isTerminal: Bool) async {
        let input = StandardInput()
        guard isTerminal else {
            await room.waitForHistory()
            return await input.forEachLine { line in
                await room.waitForRoom()
                return await room.enter(line)
            }
        }
        await input.forEach { await room.press($0) }
    }

    /// Returns when the program is to end.
    private static func followSignals(_ room: ChatRoom, isTerminal: Bool) async {
        let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT] + (isTerminal ? [SIGWINCH, SIGCONT, SIGTSTP] : [])
        for await signal in Interrupt.stream(signals) {
            switch signal {
            case SIGWINCH: await room.resized()
            case SIGCONT: await room.resumed()
            case SIGTSTP: await room.suspend()
            default: return
            }
        }
    }
}
