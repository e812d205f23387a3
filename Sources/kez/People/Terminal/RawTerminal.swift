import Foundation
import Synchronization

/// The terminal in a mode in which every key comes at once; given back as it was.
final class RawTerminal: Sendable {
    private let file: Int32
    private let original: termios
    private let isRaw = Mutex(false)

    /// - Returns: nil when `file` is no terminal.
    init?(_ file: Int32 = STDIN_FILENO) {
        var original = termios()
        guard unsafe tcgetattr(file, &original) == 0 else { return nil }
        self.file = file
        self.original = original
    }

    /// Keys come at once and are not echoed; output stays as it is. Source: termios(3).
    func enter() {
        var raw = self.original
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON)
        unsafe tcsetattr(self.file, TCSADRAIN, &raw)
        self.isRaw.withLock { $0 = true }
        // Bracketed paste: a pasted line feed is not Enter.
        Output.write("\u{1B}[?2004h", to: .standardOutput)
    }

    /// As it was before; may be called twice.
    func leave() {
        guard
            self.isRaw.withLock({ isRaw in
                defer { isRaw = false }
                return isRaw
            })
        else { return }
        Output.write("\u{1B}[?2004l\r\u{1B}[K", to: .standardOutput)
        var original = self.original
        unsafe tcsetattr(self.file, TCSADRAIN, &original)
    }

    /// Columns of the window; 80 where it does not say.
    static var columns: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
