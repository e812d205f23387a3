package import KezCore

/// A conversation: with whom, and in which thread; nil is the two-person conversation.
public struct ChatKey: Hashable, Sendable {
    package let peer: Primary
    package let thread: MessageID?

    package init(peer: Primary, thread: MessageID? = nil) {
        self.peer = peer
        self.thread = thread
    }

    /// The other person's primary.
    public var with: String { self.peer.text }
}

/// What names one message for ever: conversation, sender, id.
public struct MessageKey: Hashable, Sendable {
    package let conversation: ChatKey
    package let sender: Primary
    package let id: MessageID

    package init(conversation: ChatKey, sender: Primary, id: MessageID) {
        self.conversation = conversation
        self.sender = sender
        self.id = id
    }
}

/// A place in a conversation: time, then the log's sequence, then the id. Every client of a person comes to the same.
package struct ChatOrder: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970: the server's for what came, this identity's for what it sent.
    package let at: Int64
    /// 0 for what this identity sent.
    package let seq: UInt64
    package let id: MessageID

    package init(at: Int64, seq: UInt64, id: MessageID) {
        // As the web client, whose places are text: what lies outside 0…2^53−1 is brought there.
        self.at = min(max(at, 0), 9_007_199_254_740_991)
        self.seq = seq
        self.id = id
    }

    package static func < (left: ChatOrder, right: ChatOrder) -> Bool {
        (left.at, left.seq, left.id) < (right.at, right.seq, right.id)
    }
}
