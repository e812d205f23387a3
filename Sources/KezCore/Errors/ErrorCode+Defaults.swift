extension ErrorCode {
    /// The HTTP status that goes with the code; 500 for one this version does not know.
    package var status: Int { Self.catalogue[self]?.status ?? 500 }

    /// A sentence a person can act on, for when nothing more exact is known.
    package var sentence: String {
        Self.catalogue[self]?.sentence ?? "The server refused the request (\(self.rawValue))."
    }

    /// Every code this version knows.
    package static var all: [ErrorCode] { self.catalogue.keys.sorted { $0.rawValue < $1.rawValue } }

    private static let catalogue: [ErrorCode: (status: Int, sentence: String)] = [
        .badJSON: (400, "The body is not valid JSON."),
        .badRequest: (400, "The request is malformed; compare it with the documentation of this call."),
        .notFound: (404, "There is nothing here; check the name."),
        .methodNotAllowed: (405, "This path does not take that method; see the Allow header."),
        .tooLarge: (413, "That is larger than this server takes; see /v1/config for its limits."),
        .rateLimited: (429, "Too many requests; wait a moment and try again."),
        .unavailable: (503, "The server cannot be reached right now; try again in a few seconds."),
        .unauthorized: (401, "The request is not signed by the key it needs; check the clock and the key."),
        .forbidden: (403, "This key may not do that."),
        .internalError: (500, "The server made a mistake; try again, and tell its operator if it stays."),

        .badEnvelope: (400, "This is not a well-formed signed envelope of the kind needed here."),
        .badType: (400, "The payload's type or version is not the one this call takes."),
        .keyMismatch: (400, "The envelope is signed by another key than the one its payload names."),
        .badSignature: (400, "The signature does not verify; sign the canonical form of the payload again."),
        .wrongServer: (400, "The envelope is meant for another server."),
        .badHandle: (
            400,
            "A handle has 3 to 32 characters from a to z, 0 to 9, _ and -, and begins with a letter or digit."
        ),
        .reservedHandle: (400, "This handle is reserved; choose another one."),
        .staleTimestamp: (400, "The time of the envelope is more than 5 minutes off; check this device's clock."),
        .replayed: (409, "This very envelope was accepted before; sign a new one."),
        .handleTaken: (409, "This handle is taken; choose another one."),
        .primaryTaken: (409, "This key has a handle already; release it first."),
        .registrationClosed: (403, "This server takes no registrations."),
        .inviteRequired: (403, "This server takes registrations with an invite only; ask its operator for one."),
        .badInvite: (403, "The invite is not good here: it is not this server's, for another handle, or expired."),
        .inviteUsed: (409, "This invite was used already; ask the operator for another one."),

        .unknownRecipient: (404, "Nobody of that name is registered here; check the recipient."),
        .inboxFull: (507, "The recipient's inbox is full; try again later."),
        .wrongRecipient: (400, "The envelope is addressed to somebody else than the recipient of this request."),
        .unknownSender: (403, "The sender has no handle on this server; register one first."),
        .suspended: (403, "This key is suspended; ask the operator."),
        .anonymousRefused: (403, "Messages without a sender are not taken here; sign the message."),
        .badCursor: (400, "The cursor `since` is not a whole number of 0 or more."),

        .staleHead: (409, "The chain has grown; fetch it and sign a link on its head."),
        .notAuthorised: (403, "The signing key may not add this link to the chain."),
        .badLink: (400, "The link is not one that may follow here."),
        .keyTaken: (409, "This key belongs to an identity already and cannot be added."),

        .wrongShard: (400, "The request went to a shard that does not hold this key's inbox."),
        .catchingUp: (503, "The server is catching up with its log; try again in a few seconds."),
    ]
}
