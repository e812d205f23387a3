/// The machine-readable part of a refusal; codes of newer servers survive as they are.
package struct ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { self.rawValue }
}

/// The codes of protocol sections 4 to 9.
extension ErrorCode {
    package static let badJSON = ErrorCode(rawValue: "bad_json")
    package static let badRequest = ErrorCode(rawValue: "bad_request")
    package static let notFound = ErrorCode(rawValue: "not_found")
    package static let methodNotAllowed = ErrorCode(rawValue: "method_not_allowed")
    package static let tooLarge = ErrorCode(rawValue: "too_large")
    package static let rateLimited = ErrorCode(rawValue: "rate_limited")
    package static let unavailable = ErrorCode(rawValue: "unavailable")
    package static let unauthorized = ErrorCode(rawValue: "unauthorized")
    package static let forbidden = ErrorCode(rawValue: "forbidden")
    package static let internalError = ErrorCode(rawValue: "internal")

    package static let badEnvelope = ErrorCode(rawValue: "bad_envelope")
    package static let badType = ErrorCode(rawValue: "bad_type")
    package static let keyMismatch = ErrorCode(rawValue: "key_mismatch")
    package static let badSignature = ErrorCode(rawValue: "bad_signature")
    package static let wrongServer = ErrorCode(rawValue: "wrong_server")
    package static let badHandle = ErrorCode(rawValue: "bad_handle")
    package static let reservedHandle = ErrorCode(rawValue: "reserved_handle")
    package static let staleTimestamp = ErrorCode(rawValue: "stale_timestamp")
    package static let replayed = ErrorCode(rawValue: "replayed")
    package static let handleTaken = ErrorCode(rawValue: "handle_taken")
    package static let primaryTaken = ErrorCode(rawValue: "primary_taken")
    package static let registrationClosed = ErrorCode(rawValue: "registration_closed")
    package static let inviteRequired = ErrorCode(rawValue: "invite_required")
    package static let badInvite = ErrorCode(rawValue: "bad_invite")
    package static let inviteUsed = ErrorCode(rawValue: "invite_used")

    package static let unknownRecipient = ErrorCode(rawValue: "unknown_recipient")
    package static let inboxFull = ErrorCode(rawValue: "inbox_full")
    package static let wrongRecipient = ErrorCode(rawValue: "wrong_recipient")
    package static let unknownSender = ErrorCode(rawValue: "unknown_sender")
    package static let suspended = ErrorCode(rawValue: "suspended")
    package static let anonymousRefused = ErrorCode(rawValue: "anonymous_refused")
    package static let badCursor = ErrorCode(rawValue: "bad_cursor")

    package static let staleHead = ErrorCode(rawValue: "stale_head")
    package static let notAuthorised = ErrorCode(rawValue: "not_authorised")
    package static let badLink = ErrorCode(rawValue: "bad_link")
    package static let keyTaken = ErrorCode(rawValue: "key_taken")

    package static let wrongShard = ErrorCode(rawValue: "wrong_shard")
    package static let catchingUp = ErrorCode(rawValue: "catching_up")
}
