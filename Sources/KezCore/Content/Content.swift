/// What a message says once it is opened.
///
/// Source: protocol, section 6.
package struct Content: Equatable, Sendable {
    /// The most characters of a fallback that are shown.
    package static let maximumFallback = 1000

    package var body: ContentBody
    /// Shown by a reader that does not know the kind.
    package var fallback: String?
    /// Kept, but neither shown, counted nor notified.
    package var quiet: Bool
    /// 32 hexadecimal digits; nil for the two-person conversation.
    package var conversation: MessageID?
    /// Seconds after which the content goes, from 1.
    package var expiresIn: Int64?

    package init(
        _ body: ContentBody, fallback: String? = nil, quiet: Bool? = nil, conversation: MessageID? = nil,
        expiresIn: Int64? = nil
    ) {
        self.body = body
        self.fallback = fallback
        self.quiet = quiet ?? body.isQuietByNature
        self.conversation = conversation
        self.expiresIn = expiresIn
    }

    /// Reads an opened plaintext; there is none that cannot be read.
    package init(plaintext: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: plaintext, maximumDepth: Limits.bodyDepth))?.root,
            let kind = root["kez"]?.string
        else {
            self.init(.plainText(String(decoding: plaintext, as: UTF8.self)))
            return
        }
        let fallback = root["fallback"]?.string.map { String($0.prefix(Self.maximumFallback)) }
        let quiet = root["quiet"]?.bool ?? false
        do {
            let members = try MemberReader(root)
            let body = try ContentBody(kind: kind, members)
            self.init(
                body, fallback: fallback, quiet: quiet || body.isQuietByNature,
                conversation: try members.optional("conv", "32 hexadecimal digits") { member in
                    member.string.flatMap { MessageID($0) }
                },
                expiresIn: try members.optional("expires_in", "seconds, from 1") { member in
                    member.integer.flatMap { $0 > 0 ? $0 : nil }
                })
        } catch {
            // A known kind with ill-typed members is treated like an unknown one.
            self.init(.unknown(kind: kind), fallback: fallback, quiet: quiet)
        }
    }

    /// What the reader is shown.
    package enum Display: Equatable, Sendable {
        case body
        /// Plain text instead of what cannot be shown.
        case text(String)
        /// One placeholder: this version does not know the content.
        case placeholder
        case nothing
    }

    package var display: Display {
        guard !self.quiet else { return .nothing }
        switch self.body {
        case .plainText(let text): return .text(text)
        case .unknown: return self.fallback.map(Display.text) ?? .placeholder
        default: return .body
        }
    }
}
