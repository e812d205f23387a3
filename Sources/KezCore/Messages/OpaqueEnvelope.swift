/// An envelope as the server sees it: bytes that are stored and returned unchanged.
///
/// Source: protocol, section 6.
package enum OpaqueEnvelope: Sendable {
    package enum Malformed: Equatable, Sendable {
        case unreadable(JSONError)
        case notAnObject
        /// Tagged `message`, but it does not say from whom to whom as it must.
        case notAttributed

        /// What an HTTP sender is told.
        package var error: KezError {
            switch self {
            case .unreadable(let error): KezError(.badEnvelope, "The envelope cannot be read: \(error).")
            case .notAnObject: KezError(.badEnvelope, "The envelope must be a JSON object.")
            case .notAttributed:
                KezError(
                    .badEnvelope,
                    "A message needs a well-formed type, version, id, from and to, and a signature by from.")
            }
        }
    }

    /// Names its sender; the signature is not verified here (`MessageAttribution.verify`).
    case attributed(MessageAttribution, JSONDocument)
    /// Any other object.
    case anonymous
    case malformed(Malformed)

    /// Looks at `bytes` as the doors and the inbox do.
    package static func classify(_ bytes: [UInt8]) -> OpaqueEnvelope {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, maximumDepth: Limits.envelopeDepth)
        } catch {
            return .malformed(.unreadable(error))
        }
        guard document.root.isObject else { return .malformed(.notAnObject) }
        guard document.root["kez"]?.string == EnvelopeTag.message.rawValue else { return .anonymous }
        guard let attribution = MessageAttribution(document.root) else { return .malformed(.notAttributed) }
        return .attributed(attribution, document)
    }
}
