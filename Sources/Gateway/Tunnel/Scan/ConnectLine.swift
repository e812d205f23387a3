import KezCore
import NKeys

/// Whom a CONNECT claims to be. Claimed, not proved: the broker checks the signature.
///
/// The broker decodes the JSON as Go does: names in any case (also `K` for a Kelvin sign), the last of several
/// wins. Read differently here, a stranger could name a victim's key to the tunnel and its own to the broker, and
/// spend the victim's budget. So whatever could be read in two ways is refused.
enum ConnectLine {
    /// - Returns: the key; nil when none is named, which the broker refuses or knows better.
    static func key(of json: [UInt8]) throws(TunnelViolation) -> ConnectingKey? {
        guard let root = (try? JSONDocument(parsing: json, maximumDepth: Limits.bodyDepth))?.root,
            let members = root.object
        else { throw .badLogin }
        for member in members {
            guard member.name.utf8.allSatisfy({ $0 < 0x80 }) else { throw .badLogin }
            guard member.name.lowercased() != "nkey" || member.name == "nkey" else { throw .badLogin }
        }
        guard let text = root["nkey"]?.string, !text.isEmpty else { return nil }
        guard let key = try? NKey(text: text, role: .user) else { throw .badLogin }
        return ConnectingKey(bytes: key.publicKey)
    }
}
