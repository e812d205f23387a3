/// Why a connection is refused with a signed answer. The client learns only that it was; the sentence stands in
/// the server's log.
package enum Refusal: String, Error, Hashable, Sendable, CaseIterable {
    case notSealed = "not_sealed"
    case expired
    case otherCredentials = "other_credentials"
    case noKey = "no_key"
    case badKey = "bad_key"
    case noSignature = "no_signature"
    case badNonce = "bad_nonce"
    case badSignature = "bad_signature"
    case noHandle = "no_handle"

    /// Goes into `nats.error`. Holds nothing of the request.
    package var sentence: String {
        switch self {
        case .notSealed: "the request is not sealed: set the callout's xkey in the server's auth_callout"
        case .expired: "the request has expired"
        case .otherCredentials: "only an nkey opens this door: a password, token or JWT came with the login"
        case .noKey: "only an nkey opens this door, and the login has none"
        case .badKey: "the login's nkey is not a user's"
        case .noSignature: "the login's nkey comes without a signature"
        case .badNonce: "the login's nonce is missing or is no nonce"
        case .badSignature: "the login's signature does not verify"
        case .noHandle: "the key has no handle here: register one first"
        }
    }
}

/// Why a request gets no answer at all, so that the server's own deadline decides.
package enum Drop: String, Error, Hashable, Sendable, CaseIterable {
    /// Sealed for another key, changed on its way, or no box at all.
    case unopened
    /// Nothing in it says whom to answer.
    case notARequest = "not_a_request"
    /// The registry could not be asked while the server waited.
    case noRegistry = "no_registry"
    /// The answer could not be sealed or written.
    case unanswerable
}
