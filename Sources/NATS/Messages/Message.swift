/// A message as it came from the broker.
package struct Message: Sendable {
    package let subject: String
    /// Where the sender wants the answer; nil when it wants none.
    package let reply: String?
    package let headers: Headers
    package let payload: [UInt8]

    package init(subject: String, reply: String? = nil, headers: Headers = [:], payload: [UInt8]) {
        self.subject = subject
        self.reply = reply
        self.headers = headers
        self.payload = payload
    }

    /// The status of a message that the broker itself made: 100 heartbeat or flow control, 404, 408, 409, 503.
    package var status: Int? { self.headers["Status"].flatMap { Int($0.prefix(3)) } }

    /// Whether the broker says that nobody listens on the subject of a request.
    package var isNoResponders: Bool { self.payload.isEmpty && self.status == 503 }
}

/// What may stand in a subject.
package enum SubjectRules {
    /// Longest subject we send, in bytes; the server's `max_control_line` must hold it twice.
    package static let maximumLength = 1024

    /// Whether `subject` can be published to: non-empty tokens, no white space, control bytes or wildcards.
    package static func isPublishable(_ subject: String) -> Bool {
        self.isSubscribable(subject) && !subject.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: ">") }
    }

    /// Whether `subject` can be subscribed to: like a publishable one, and wildcards.
    package static func isSubscribable(_ subject: String) -> Bool {
        guard !subject.isEmpty, subject.utf8.count <= self.maximumLength else { return false }
        var previous = UInt8(ascii: ".")
        for byte in subject.utf8 {
            if byte <= 0x20 || byte == 0x7F { return false }
            if byte == UInt8(ascii: "."), previous == byte { return false }
            previous = byte
        }
        return previous != UInt8(ascii: ".")
    }
}
