package import KezCore
private import Sodium

/// What a server says of a user.
public struct User: Sendable, Equatable {
    public let handle: String
    /// `handle@server`.
    public let fqhn: String
    /// `ed25519:` and 64 hexadecimal digits.
    public let primary: String
    /// RFC 3339, the server's time.
    public let registeredAt: String
    /// Links of the sigchain, and the hash of the last one.
    public let chainLength: Int
    public let chainHead: String?

    package init(_ user: UserObject) {
        self.handle = user.handle.text
        self.fqhn = user.fqhn
        self.primary = user.primary.text
        self.registeredAt = user.registeredAt.textWithMilliseconds
        self.chainLength = user.sigchain.length
        self.chainHead = user.sigchain.head
    }
}

/// The receipt of a message that the server has stored.
public struct Receipt: Sendable, Equatable {
    /// Position in the recipient's log.
    public let seq: UInt64
    /// The id under which edits, reactions and receipts name the message.
    public let id: String
    public let isDuplicate: Bool
}

/// A message of one's inbox, opened: texts, one by one. `ChatEngine` knows what edits, reactions and files mean.
public struct ReceivedMessage: Sendable, Equatable {
    public enum Body: Sendable, Equatable {
        case text(String)
        /// Something that this version cannot show, with the cause in words.
        case placeholder(String)
        /// Without a sender: counted, not shown.
        case anonymous
        /// Protocol matter that is not for the eye.
        case quiet
        /// Not what it claims to be: neither shown nor trusted.
        case refused(String)
    }

    public let seq: UInt64
    /// The sender's primary, proved by signature; nil for anonymous ones.
    public let from: String?
    public let id: String?
    public let body: Body
    /// RFC 3339: the broker's time of storing it.
    public let receivedAt: String
    /// RFC 3339: the sender's claim.
    public let createdAt: String?

    package init(_ message: InboxMessage, for identity: Identity) {
        self.seq = message.seq
        self.from = message.from?.text
        self.receivedAt = message.receivedAt.textWithMilliseconds
        let reading = MessageReading(
            message.envelope, from: message.from, to: identity.key, key: identity.signer.key.agreementKey)
        switch reading {
        case .anonymous: (self.id, self.createdAt, self.body) = (nil, nil, .anonymous)
        case .refused(let error): (self.id, self.createdAt, self.body) = (nil, nil, .refused(error.message))
        case .placeholder(let attribution, let cause):
            (self.id, self.createdAt) = (attribution.id.hex, nil)
            self.body = .placeholder(Self.words(cause))
        case .opened(let envelope, let plaintext):
            (self.id, self.createdAt) = (envelope.attribution.id.hex, envelope.createdAt.textWithMilliseconds)
            self.body = Self.body(Content(plaintext: plaintext))
        }
    }

    private static func body(_ content: Content) -> Body {
        switch content.display {
        case .nothing: .quiet
        case .text(let text): .text(text)
        case .placeholder: .placeholder("sent by a newer version")
        case .body:
            switch content.body {
            case .text(let text, _): .text(text)
            case .inlineFile(let file, _), .chunkedFile(let file, _):
                .placeholder("file \(SafeFilename.of(file.filename)), \(ByteCount.text(file.size))")
            // They act on other messages, which only a chat engine knows.
            default: .quiet
            }
        }
    }

    private static func words(_ cause: MessageReading.Unreadable) -> String {
        switch cause {
        case .unsupported: "sent by a newer version"
        case .sealed: "cannot be opened with this key"
        case .malformed: "damaged"
        }
    }
}
