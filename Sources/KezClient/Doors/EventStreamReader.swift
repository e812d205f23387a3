/// Takes `text/event-stream` apart: gives the data of each event.
///
/// Source: WHATWG HTML, "Server-sent events"; the fields that the protocol uses, section 4.
package struct EventStreamReader: Sendable {
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var isAfterCarriageReturn = false

    package init() {}

    /// - Returns: the events that `bytes` complete; data lines are joined by line feeds.
    package mutating func read(_ bytes: [UInt8]) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            defer { self.isAfterCarriageReturn = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where self.isAfterCarriageReturn: continue
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): if let event = self.endLine() { events.append(event) }
            default: self.line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        defer { self.line = [] }
        if self.line.isEmpty {
            defer { self.data = nil }
            return self.data
        }
        let name = Array("data:".utf8)
        guard self.line.starts(with: name) else { return nil }
        var value = self.line.dropFirst(name.count)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        self.data = self.data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        return nil
    }
}
