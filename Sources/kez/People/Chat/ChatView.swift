import Foundation
import KezClient

/// A conversation as lines: numbers its messages and words what happens. Pure.
///
/// Plain lines are for programs too: a message is `[N] DATE TIME NAME: TEXT`, everything else begins with `* `. The
/// forms are documented in docs/CLIENT.md.
struct ChatView {
    struct Line: Equatable {
        var text: String
        /// May take the place of the line before, if that was of the same kind.
        var kind: String?

        init(_ text: String, kind: String? = nil) {
            self.text = text
            self.kind = kind
        }
    }

    /// Messages that can be named by number; the oldest are forgotten.
    private static let maximum = 20_000

    let peer: String
    let isTerminal: Bool
    private var numbers: [MessageKey: Int] = [:]
    private var messages: [Int: ChatMessage] = [:]
    private var last = 0
    private var day = ""

    init(peer: String, isTerminal: Bool) {
        self.peer = peer
        self.isTerminal = isTerminal
    }

    /// The message with that number, as it was last seen.
    func message(_ number: Int) -> ChatMessage? { self.messages[number] }

    /// One's own last message that can be changed.
    var lastOwn: ChatMessage? {
        self.messages.filter { $0.value.isMine && $0.value.shown != .deleted }.max { $0.key < $1.key }?.value
    }

    var lastNumber: Int { self.last }

    private mutating func number(_ message: ChatMessage) -> Int {
        let number: Int
        if let known = self.numbers[message.key] {
            number = known
        } else {
            self.last += 1
            number = self.last
            self.numbers[message.key] = number
            if let old = self.messages.removeValue(forKey: number - Self.maximum) { self.numbers[old.key] = nil }
        }
        self.messages[number] = message
        return number
    }

    // MARK: Messages

    /// A message, and before it the day when that has changed.
    mutating func lines(_ message: ChatMessage) -> [Line] {
        let isKnown = self.numbers[message.key] != nil
        let number = self.number(message)
        let name = message.isMine ? "you" : self.peer
        let answered = message.replyTo.map { id in
            let target = self.messages.first { $0.value.id == id }?.key
            return target.map { " (answers \($0))" } ?? " (answers an earlier message)"
        }
        let body = EventLine.body(message.shown) + (message.isEdited ? " (edited)" : "") + self.reactions(message)
        guard self.isTerminal else {
            return [Line("[\(number)] \(EventLine.time(message.at))\(name)\(answered ?? ""): \(body)")]
        }
        let (day, time) = LocalTime.of(message.order.at)
        var lines: [Line] = []
        if !isKnown, day != self.day {
            self.day = day
            lines.append(Line(Self.faint("── \(day) ──")))
        }
        let isShown = message.shown != .deleted
        let state = !isShown ? "" : message.state == .read ? " ✓✓" : message.state == .delivered ? " ✓" : ""
        lines.append(
            Line(
                "\(Self.faint("[\(number)] \(time)")) \(Self.bold(name))\(Self.faint(answered ?? "")): \(body)\(Self.faint(state))"
            ))
        return lines
    }

    private func reactions(_ message: ChatMessage) -> String {
        let all = message.reactions.sorted { $0.key < $1.key }.map { SafeText.line($0.value, maximum: 16) }
        return all.isEmpty ? "" : "  {\(all.joined(separator: " "))}"
    }

    // MARK: Events

    mutating func lines(_ event: ChatEvent) -> [Line] {
        switch event.kind {
        case .message(let message): return self.lines(message)
        case .state(let message): return self.state(of: [message], message.state ?? .sent, failure: message.failure)
        case .notSent(_, let reason): return [self.note("not sent: \(reason)")]
        case .receipt(let receipt): return self.state(of: receipt.messages, receipt.state, failure: nil)
        case .edited(let change, _):
            guard let message = change.message else { return [] }
            return [self.note("\(self.number(message)) edited: \(EventLine.body(message.shown))")]
        case .deleted(let change):
            guard let message = change.message else { return [] }
            return [self.note("\(self.number(message)) deleted")]
        case .reacted(let change, let emoji):
            guard let message = change.message else { return [] }
            let who = change.sender == message.conversation.with ? self.peer : "you"
            let number = self.number(message)
            return [
                self.note(
                    emoji.isEmpty
                        ? "\(who) took the reaction to \(number) back"
                        : "\(who) reacted \(SafeText.line(emoji)) to \(number)")
            ]
        case .progress(let progress):
            guard let number = progress.key.flatMap({ self.numbers[$0] }), progress.count > 1 else { return [] }
            let words = progress.isOutgoing ? "sending" : "receiving"
            let percent = progress.done * 100 / progress.count
            // A line for every quarter where lines stay.
            let quarter = progress.count / 4
            guard self.isTerminal || quarter == 0 || progress.done % quarter == 0 else { return [] }
            return [Line(self.text("\(number) \(words) \(percent) %"), kind: "progress \(number)")]
        case .file(let file):
            guard let number = self.numbers[file.key] else { return [] }
            return [Line(self.text("\(number) is whole: /save \(number)"), kind: "progress \(number)")]
        case .fileFailed(let progress, let reason):
            guard let number = progress.key.flatMap({ self.numbers[$0] }) else { return [] }
            return [self.note("\(number) did not come whole (\(reason)): /save \(number) tries again")]
        case .typing(_, let isActive):
            // On a terminal the prompt says it.
            return isActive && !self.isTerminal ? [self.note("\(self.peer) is typing")] : []
        case .truncated: return [self.note("older messages are no longer on the server")]
        case .read, .settings, .anonymous, .refused, .caughtUp, .position: return []
        }
    }

    private mutating func state(of messages: [ChatMessage], _ state: ChatMessage.State, failure: String?) -> [Line] {
        let numbers = messages.compactMap { message in self.numbers[message.key].map { _ in self.number(message) } }
            .sorted()
        guard let first = numbers.first, let last = numbers.last else { return [] }
        if state == .failed { return [self.note("\(first) failed: \(failure ?? "unknown")")] }
        guard self.isTerminal else { return numbers.map { self.note("\($0) \(state.rawValue)") } }
        let mark = state == .sent ? "·" : state == .delivered ? "✓" : "✓✓"
        let which = first == last ? "\(first)" : "\(first)–\(last)"
        return [Line(Self.faint("    \(mark) \(which) \(state.rawValue)"), kind: "state")]
    }

    // MARK: Words

    /// Something that is no message.
    func note(_ text: String) -> Line { Line(self.text(text)) }

    private func text(_ text: String) -> String { self.isTerminal ? Self.faint("    \(text)") : "* \(text)" }

    private static func faint(_ text: String) -> String { text.isEmpty ? "" : "\u{1B}[2m\(text)\u{1B}[0m" }
    private static func bold(_ text: String) -> String { "\u{1B}[1m\(text)\u{1B}[0m" }
}

/// Times as the person's clock shows them.
enum LocalTime {
    /// - Parameter milliseconds: since 1970.
    static func of(_ milliseconds: Int64) -> (day: String, time: String) {
        var seconds = time_t(milliseconds / 1000)
        // It holds a pointer to the zone's name, which nobody reads here.
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return ("", "") }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute) = unsafe (parts.tm_hour, parts.tm_min)
        return ("\(year)-\(two(month))-\(two(day))", "\(two(hour)):\(two(minute))")
    }
}
