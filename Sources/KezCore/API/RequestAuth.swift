import Sodium

/// The signed proof of an HTTP request, header `X-KEZ-Auth`.
///
/// Source: protocol, section 4.
package struct RequestAuth: Equatable, Sendable {
    package static let headerName = "X-KEZ-Auth"

    /// What a request is about, beside its path.
    package enum Subject: Equatable, Sendable {
        /// The cursor as it stands in the query, `0` when absent.
        case since(String)
        /// The body, of which the hash is signed.
        case body([UInt8])

        var text: String {
            switch self {
            case .since(let cursor): "since=\(cursor)"
            case .body(let bytes): "sha256=\(Digest.sha256Hex(bytes))"
            }
        }
    }

    /// The door that is knocked at; each signs a text of its own.
    package enum Door: Equatable, Sendable {
        /// `GET /v1/inbox/:handle`, whose text does not name the server.
        case inboxList(path: String, since: String)
        /// Every other door. `path` is as sent, without the query.
        case other(method: String, path: String, Subject, server: ServerName)

        /// The text that is signed.
        package func text(timestamp: String) -> [UInt8] {
            switch self {
            case .inboxList(let path, let since):
                Array("GET\n\(path)\nsince=\(since)\n\(timestamp)".utf8)
            case .other(let method, let path, let subject, let server):
                Array("\(method)\n\(path)\n\(subject.text)\n\(timestamp)\n\(server)".utf8)
            }
        }
    }

    /// Seconds since 1970, as in the header: the digits are signed as they stand.
    package let timestamp: String
    /// 64 bytes.
    package let signature: [UInt8]

    /// Signs a request of that moment.
    package init(signing door: Door, at now: Timestamp, by signer: EnvelopeSigner) {
        self.timestamp = String(now.unixSeconds)
        self.signature = signer.key.sign(door.text(timestamp: self.timestamp))
    }

    /// - Returns: nil unless `header` is `<unix_ts>:<sig_hex>`, two parts.
    package init?(header: String) {
        let parts = header.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, 1...15 ~= parts[0].utf8.count,
            parts[0].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }),
            let signature = Hex.decode(parts[1]), signature.count == 64
        else { return nil }
        self.timestamp = String(parts[0])
        self.signature = signature
    }

    /// The header's text.
    package var header: String { "\(self.timestamp):\(Hex.encode(self.signature))" }

    /// Checks the header of a request, or that there is none.
    ///
    /// - Parameter primary: the key that must have signed; nil when there is nobody of that handle.
    /// - Throws: `KezError` with `unauthorized` and `server_time`, the same in every case.
    package static func verify(
        header: String?, for door: Door, by primary: Primary?, now: Timestamp
    ) throws(KezError) {
        guard let auth = header.flatMap({ RequestAuth(header: $0) }), let primary,
            let seconds = Int64(auth.timestamp),
            Timestamp(unixSeconds: seconds).isWithin(Limits.authWindow, of: Timestamp(unixSeconds: now.unixSeconds)),
            primary.isUsable,
            Ed25519.isValid(
                signature: auth.signature, of: door.text(timestamp: auth.timestamp), by: primary.bytes)
        else { throw KezError(.unauthorized).with("server_time", now.textWithMilliseconds) }
    }
}
