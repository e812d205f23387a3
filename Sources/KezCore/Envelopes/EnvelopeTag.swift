/// The member `kez` of an envelope: what kind of thing is signed.
package struct EnvelopeTag: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let handleRegistration = EnvelopeTag(rawValue: "handle_registration")
    package static let handleRelease = EnvelopeTag(rawValue: "handle_release")
    package static let message = EnvelopeTag(rawValue: "message")
    package static let sigchainLink = EnvelopeTag(rawValue: "sigchain_link")
    package static let invite = EnvelopeTag(rawValue: "invite")

    /// The one payload type that goes with the tag; nil for a tag this version does not know.
    ///
    /// Source: protocol, section 2.
    package var payloadType: String? {
        switch self {
        case .handleRegistration: "kez.chat.handle_registration"
        case .handleRelease: "kez.chat.handle_release"
        case .message: "kez.chat.message"
        case .sigchainLink: "kez.sigchain.link"
        case .invite: "kez.chat.invite"
        default: nil
        }
    }

    package var description: String { self.rawValue }
}
