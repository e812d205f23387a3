package import KezCore
private import NATS
package import NKeys
private import Sodium

/// Who comes in, and as what. Pure: it is given all it decides by.
///
/// Two steps with the registry's answer between them: `provenKey` and `grant`.
package enum CalloutDecision {
    /// How far a server's clock may be ahead of ours before a request counts as expired.
    package static let clockTolerance: Int64 = 5

    /// A key whose holder signed the server's nonce.
    package struct ProvenKey: Equatable, Sendable {
        /// What the connection proved; names its reply inboxes.
        package let connecting: NKey
        /// The account it speaks for, whose handle is looked up. In version 1 it is the connecting key itself.
        package let account: Primary
    }

    /// What a connection gets.
    package struct Grant: Equatable, Sendable {
        /// What `connz` shows.
        package let name: ConnectionName
        package let permissions: PermittedSubjects
        package let isSuspended: Bool
        /// The end of the suspension, when it has one: the connection ends then, and comes back as a free one.
        package let until: Timestamp?
    }

    /// Checks that the client holds the key it names.
    ///
    /// The signature counts only over what looks like a nonce (protocol, section 8): the same key signs envelopes
    /// and HTTP requests, and nobody shall log in with one of those signatures.
    ///
    /// - Parameter now: seconds since 1970.
    package static func provenKey(
        of request: AuthorizationRequest, now: Int64
    ) throws(Refusal) -> ProvenKey {
        // Not the other way round: `expires` may be any number, and a sum with it may overflow.
        guard now - self.clockTolerance <= request.expires else { throw .expired }
        let login = request.login
        guard !login.hasOtherCredentials else { throw .otherCredentials }
        guard let text = login.nkey else { throw .noKey }
        guard let key = try? NKey(text: text, role: .user), let connecting = ConnectingKey(bytes: key.publicKey),
            let account = connecting.account
        else { throw .badKey }
        guard let signatureText = login.signature else { throw .noSignature }
        let nonce = [UInt8]((login.nonce ?? "").utf8)
        guard NoncePolicy.mayBeSigned(nonce) else { throw .badNonce }
        guard let signature = Base64URL.decode(signatureText),
            Ed25519.isValid(signature: signature, of: nonce, by: key.publicKey)
        else { throw .badSignature }
        return ProvenKey(connecting: key, account: account)
    }

    /// What the registry's word about the account gives the connection.
    ///
    /// A suspended key comes in, to read its inbox and to learn why it is suspended.
    package static func grant(
        to key: ProvenKey, admission: Admission, server: ServerName
    ) throws(Refusal) -> Grant {
        guard let user = admission.user, user.primary == key.account else { throw .noHandle }
        return Grant(
            name: ConnectionName(
                FullHandle(handle: user.handle, server: server), isSuspended: admission.isSuspended),
            permissions: PermittedSubjects(
                account: key.account, nkey: key.connecting.text, isSuspended: admission.isSuspended),
            isSuspended: admission.isSuspended, until: admission.isSuspended ? admission.until : nil)
    }

    /// How long a token for `grant` lives, in seconds.
    ///
    /// - Parameter usual: how long it lives when nothing ends before. A suspension's end is never undercut: a client
    ///   that came back a moment early would be suspended again.
    package static func lifetime(of grant: Grant, now: Int64, usual: Int) -> Int {
        guard let until = grant.until else { return usual }
        let end = until.unixSeconds + (until.nanoseconds > 0 ? 1 : 0)
        return Int(max(1, min(Int64(usual), end - now)))
    }
}
