import Sodium

/// What one link says: the member `body`, read by its `kind`.
///
/// Source: protocol, section 7.
package enum LinkBody: Sendable {
    package struct DeviceAddition: Sendable {
        package let device: Primary
        package let name: String
        package let capabilities: Set<DeviceCapability>
        package let expiresAt: Timestamp?
        /// The device's own signature over `DeviceAcceptance.text`, 64 bytes.
        package let acceptance: [UInt8]
    }

    case profile
    case proof
    case deviceAdd(DeviceAddition)
    case deviceRevoke(Primary)
    case policy(minimumMessage: Int64)
    /// Of a newer version; kept.
    case unknown(kind: String, isCritical: Bool)

    /// Reads `body`, an object with a string member `kind`.
    ///
    /// - Throws: `KezError` with `bad_link` for a known kind of the wrong shape.
    init(kind: String, body: JSONValue) throws(KezError) {
        let members = try MemberReader(body, refusing: .badLink)
        switch kind {
        case "profile": self = .profile
        case "proof": self = .proof
        case "device_add": self = .deviceAdd(try DeviceAddition(members))
        case "device_revoke":
            _ = try members.optionalString("reason")
            self = .deviceRevoke(try members.primary("device"))
        case "policy":
            _ = try members.optional("suites", "a list of strings") { member in
                member.array.flatMap { suites in suites.allSatisfy { $0.string != nil } ? suites : nil }
            }
            let minimum = try members.integer("min_message")
            guard minimum >= 0 else { throw KezError(.badLink, "The member `min_message` must not be negative.") }
            self = .policy(minimumMessage: minimum)
        default: self = .unknown(kind: kind, isCritical: body["crit"]?.bool ?? false)
        }
    }
}

extension LinkBody.DeviceAddition {
    /// The most characters (Unicode scalars) of a device's name.
    package static let maximumName = 64

    init(_ members: MemberReader) throws(KezError) {
        self.device = try members.primary("device")
        self.name = try members.required("name", "a string of at most \(Self.maximumName) characters") { member in
            member.string.flatMap { $0.unicodeScalars.count <= Self.maximumName ? $0 : nil }
        }
        self.capabilities = try members.required("can", "a list from send, profile, link") { member in
            guard let entries = member.array else { return nil }
            let known = entries.compactMap { $0.string.flatMap(DeviceCapability.init(rawValue:)) }
            return known.count == entries.count ? Set(known) : nil
        }
        self.expiresAt = try members.optional("expires_at", "a time such as 2026-05-25T03:00:00Z") { member in
            member.string.flatMap { Timestamp($0) }
        }
        self.acceptance = try members.required("accept", "128 lowercase hexadecimal digits") { member in
            member.string.flatMap { Hex.decode($0) }.flatMap { $0.count == 64 ? $0 : nil }
        }
    }
}

/// A device's consent to be added, at exactly one place of one chain.
package enum DeviceAcceptance {
    /// What the device signs.
    package static func text(primary: Primary, device: Primary, seq: Int, prev: String?) -> [UInt8] {
        Array("kez-device-v1\n\(primary.text)\n\(device.text)\n\(seq)\n\(prev ?? "null")".utf8)
    }
}
