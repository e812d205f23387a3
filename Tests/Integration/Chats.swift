import Foundation
import KezTesting

/// A `kez chat` that a test writes into and reads, line by line.
final class ScriptedChat: Sendable {
    private let process: ChildProcess
    private let input: FileHandle

    init(_ system: TestSystem, _ person: String, with peer: String, _ options: [String] = []) throws {
        let pipe = Pipe()
        self.input = pipe.fileHandleForWriting
        (self.process, _) = try system.startKez(["chat", peer] + options, as: person, input: pipe.fileHandleForReading)
        try pipe.fileHandleForReading.close()
    }

    var lines: [String] { self.process.printed.split(separator: "\n").map(String.init) }

    func say(_ line: String) throws { try self.input.write(contentsOf: Data((line + "\n").utf8)) }

    /// Waits for a line that has `words` in it.
    @discardableResult
    func see(_ words: String) async throws -> String {
        do {
            try await eventually("a line with `\(words)`") { self.lines.contains { $0.contains(words) } }
        } catch {
            throw TestFailure("\(error)\nin:\n\(self.process.printed)")
        }
        return self.lines.first { $0.contains(words) } ?? ""
    }

    /// Ends its input and waits until it has ended.
    @discardableResult
    func end() async throws -> Int32 {
        try self.input.close()
        try await eventually("chat ends", within: .seconds(40)) { !self.process.isRunning }
        return try await self.process.stop()
    }

    func stop(signal: Int32) async throws -> Int32 { try await self.process.stop(signal: signal) }
}

/// A pseudo-terminal: what a person has in front.
final class TestTerminal: Sendable {
    let person: FileHandle
    let program: FileHandle
    private let screen = LockedBox("")

    init(columns: UInt16 = 80) throws {
        let (master, slave) = try PseudoTerminal.open(columns: columns)
        self.person = FileHandle(fileDescriptor: master, closeOnDealloc: true)
        self.program = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        let screen = self.screen
        self.person.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            screen.update { $0 += String(decoding: data, as: UTF8.self) }
        }
    }

    deinit { self.person.readabilityHandler = nil }

    /// Everything that was written to it.
    var written: String { self.screen.value }

    func type(_ text: String) throws { try self.person.write(contentsOf: Data(text.utf8)) }

    func see(_ words: String) async throws {
        do {
            try await eventually("`\(words)` on the terminal") { self.written.contains(words) }
        } catch {
            throw TestFailure("\(error)\nin:\n\(self.written.debugDescription)")
        }
    }

    /// Whether it echoes and waits for whole lines, as a shell has it.
    var isCooked: Bool { PseudoTerminal.isCooked(self.program.fileDescriptor) }
}

enum PseudoTerminal {
    static func open(columns: UInt16) throws -> (master: Int32, slave: Int32) {
        // Source: pts(4), ioctl_tty(2): TIOCSPTLCK and TIOCGPTN, which the Glibc module does not show.
        let master = unsafe Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (locked, number): (Int32, UInt32) = (0, 0)
        guard master >= 0, unsafe ioctl(master, 0x4004_5431, &locked) == 0,
            unsafe ioctl(master, 0x8004_5430, &number) == 0
        else { throw TestFailure("no pseudo-terminal") }
        let slave = unsafe Glibc.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw TestFailure("no pseudo-terminal") }
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
        return (master, slave)
    }

    static func isCooked(_ file: Int32) -> Bool {
        var settings = termios()
        guard unsafe tcgetattr(file, &settings) == 0 else { return false }
        return settings.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == tcflag_t(ECHO | ICANON | ISIG)
    }
}
