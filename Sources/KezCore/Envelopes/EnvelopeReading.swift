/// What a reader makes of an envelope that may come from a newer sender.
///
/// *Unsupported* is not *bad*: it is stored, delivered and kept unchanged, and shown as a placeholder.
///
/// Source: protocol, section 2.
package enum EnvelopeReading: Sendable {
    package enum Unsupported: Equatable, Sendable {
        case tag(String)
        case version(Int64)
        case algorithm(String)
    }

    /// Of a known tag, in version 1, well formed; the signature is not verified yet.
    case supported(SignedEnvelope)
    case unsupported(Unsupported)
    case bad(KezError)

    /// Reads `bytes`, looking at no more than is needed to tell the three apart.
    package init(_ bytes: [UInt8]) {
        do {
            self = try Self.read(JSONDocument(parsing: bytes, maximumDepth: Limits.envelopeDepth))
        } catch {
            self = .bad(KezError(unreadable: error))
        }
    }

    private static func read(_ document: JSONDocument) -> EnvelopeReading {
        let root = document.root
        guard let name = root["kez"]?.string else { return .bad(KezError(.badEnvelope)) }
        let tag = EnvelopeTag(rawValue: name)
        guard let type = tag.payloadType else { return .unsupported(.tag(name)) }
        guard let version = root["payload"]?["version"]?.versionNumber, version >= 1 else {
            return .bad(KezError(.badEnvelope))
        }
        guard root["payload"]?["type"]?.string == type else { return .bad(KezError(.badType)) }
        guard version == SignedEnvelope.version else { return .unsupported(.version(version)) }
        if let algorithm = root["signature"]?["alg"]?.string, algorithm != SignedEnvelope.algorithm {
            return .unsupported(.algorithm(algorithm))
        }
        do {
            return .supported(try SignedEnvelope(document))
        } catch {
            return .bad(error)
        }
    }
}

extension JSONValue {
    /// An integer literal as a version: one too large to hold is still a version, higher than any known.
    var versionNumber: Int64? {
        guard self.isIntegerLiteral else { return nil }
        if let integer = self.integer { return integer }
        return self.document.bytes[self.range.lowerBound] == UInt8(ascii: "-") ? .min : .max
    }
}
