/// An IPv4 or IPv6 address; an IPv4 address written inside IPv6 (`::ffff:1.2.3.4`) is the IPv4 one.
package struct IPAddress: Hashable, Sendable {
    package let isV4: Bool
    /// The address as a number, of 32 or 128 bits.
    package let bits: UInt128

    var width: Int { self.isV4 ? 32 : 128 }

    /// - Returns: nil unless `text` is an address, without brackets or port; a zone (`%eth0`) is dropped.
    package init?(_ text: some StringProtocol) {
        if !text.contains(":") {
            guard let bits = Self.v4(text) else { return nil }
            self.init(isV4: true, bits: UInt128(bits))
            return
        }
        let address = text.prefix { $0 != "%" }
        guard address.utf8.count <= 45, let bits = Self.v6(address) else { return nil }
        if bits >> 32 == 0xFFFF {
            self.init(isV4: true, bits: bits & 0xFFFF_FFFF)
        } else {
            self.init(isV4: false, bits: bits)
        }
    }

    private init(isV4: Bool, bits: UInt128) {
        self.isV4 = isV4
        self.bits = bits
    }

    /// The address with all but its first `length` bits cleared.
    func prefix(_ length: Int) -> UInt128 {
        let shift = self.width - min(max(length, 0), self.width)
        return shift >= 128 ? 0 : (self.bits >> UInt128(shift)) << UInt128(shift)
    }

    /// What one caller's budget goes by: an IPv4 address, or the /64 that one IPv6 customer has at the least.
    var budgetKey: IPAddress {
        self.isV4 ? self : IPAddress(isV4: false, bits: self.prefix(64))
    }

    private static func v4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard 1...3 ~= part.utf8.count, part.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"), let value = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }

    private static func v6(_ text: some StringProtocol) -> UInt128? {
        guard let gap = self.gap(in: text) else { return self.groups(text, count: 8) }
        let (head, tail) = (text[..<gap.lowerBound], text[gap.upperBound...])
        let (before, after) = (self.count(head), self.count(tail))
        // The two colons stand for one group at the least.
        guard before + after <= 7, !head.contains("."), let high = self.groups(head, count: before),
            let low = self.groups(tail, count: after)
        else { return nil }
        return before == 0 ? low : high << UInt128(16 * (8 - before)) | low
    }

    private static func gap<Text: StringProtocol>(in text: Text) -> Range<Text.Index>? {
        var index = text.startIndex
        while let colon = text[index...].firstIndex(of: ":") {
            let next = text.index(after: colon)
            if next < text.endIndex, text[next] == ":" { return colon..<text.index(after: next) }
            index = next
        }
        return nil
    }

    /// How many groups of 16 bits `text` writes.
    private static func count(_ text: some StringProtocol) -> Int {
        guard !text.isEmpty else { return 0 }
        return text.split(separator: ":", omittingEmptySubsequences: false).count + (text.contains(".") ? 1 : 0)
    }

    private static func groups(_ text: some StringProtocol, count: Int) -> UInt128? {
        guard count > 0 else { return text.isEmpty ? 0 : nil }
        guard self.count(text) == count else { return nil }
        var bits: UInt128 = 0
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains(".") {
                guard index == parts.count - 1, let v4 = self.v4(part) else { return nil }
                bits = bits << 32 | UInt128(v4)
            } else {
                guard 1...4 ~= part.utf8.count, part.utf8.allSatisfy({ Self.isHex($0) }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bits = bits << 16 | UInt128(group)
            }
        }
        return bits
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") <= 9 || (byte | 0x20) &- UInt8(ascii: "a") <= 5
    }
}

/// A proxy, or a network of them, whose X-Forwarded-For is believed.
package struct TrustedProxy: Hashable, Sendable {
    private let network: IPAddress
    private let length: Int

    /// - Returns: nil unless `text` is an address or a network such as `10.0.0.0/8`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let network = IPAddress(parts[0]) else { return nil }
        var length = network.width
        if parts.count == 2 {
            guard 1...3 ~= parts[1].utf8.count, parts[1].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }),
                let given = Int(parts[1]), given <= network.width
            else { return nil }
            length = given
        }
        self.network = network
        self.length = length
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.isV4 == self.network.isV4 && address.prefix(self.length) == self.network.prefix(self.length)
    }
}
