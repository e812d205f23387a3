import KezCore

/// One message as an event of `text/event-stream`.
///
/// Source: WHATWG HTML, "Server-sent events"; protocol, section 4.
enum ServerSentEvent {
    /// A line that only keeps the connection alive.
    static let comment = [UInt8](": \n\n".utf8)

    /// - Parameter json: the message as the list shows it. A line break in it, of any of the three kinds, ends the
    ///   `data:` line and starts another, so that nothing in an envelope can be taken for a field of the event.
    static func message(seq: UInt64, json: some Collection<UInt8>) -> [UInt8] {
        var text = [UInt8]("id: \(seq)\nevent: message\ndata: ".utf8)
        text.reserveCapacity(text.count + json.count + 16)
        var previous: UInt8 = 0
        for byte in json {
            switch byte {
            case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): text.append(contentsOf: "\ndata: ".utf8)
            default: text.append(byte)
            }
            previous = byte
        }
        text.append(contentsOf: "\n\n".utf8)
        return text
    }

    /// The messages of a page after `cursor`, in order, as events.
    ///
    /// - Returns: the events' text, the new cursor, and whether the inbox holds more.
    /// - Throws: `KezError` when the page cannot be read.
    static func messages(
        of page: [UInt8], after cursor: UInt64
    ) throws(KezError) -> (text: [UInt8], cursor: UInt64, hasMore: Bool) {
        let members = try MemberReader(body: page, refusing: .internalError)
        var (text, last): ([UInt8], UInt64) = ([], cursor)
        for message in try members.array("messages") {
            guard let seq = message["seq"]?.unsigned, seq > last else { continue }
            text.append(contentsOf: self.message(seq: seq, json: message.document.bytes[message.range]))
            last = seq
        }
        // A page that moves nothing on would be asked for again at once, for ever.
        return (text, last, try members.bool("has_more") && last > cursor)
    }
}
