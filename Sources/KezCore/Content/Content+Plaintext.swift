extension Content {
    /// The bytes to seal, padded so that their number tells little.
    ///
    /// - Parameter maximum: the most bytes that an envelope has room for
    ///   (`MessageEnvelope.maximumPlaintext`); padding that would pass it is left out.
    package func plaintext(maximum: Int) -> [UInt8] {
        if case .plainText(let text) = self.body { return Array(text.utf8) }
        let plain = self.json(padding: nil)
        guard let padding = Padding.characters(for: plain.count), plain.count + Padding.frame + padding <= maximum
        else { return plain }
        return self.json(padding: padding)
    }

    /// The same without padding: what `kez-sync-v1` carries as the body of a message that was sent.
    package var unpadded: [UInt8] {
        if case .plainText(let text) = self.body { return Array(text.utf8) }
        return self.json(padding: nil)
    }

    private func json(padding: Int?) -> [UInt8] {
        JSONWriter.object { writer in
            self.body.write(to: &writer)
            if let fallback = self.fallback { writer.member("fallback", fallback) }
            if self.quiet { writer.member("quiet", true) }
            if let conversation = self.conversation { writer.member("conv", conversation.hex) }
            if let expiresIn = self.expiresIn { writer.member("expires_in", expiresIn) }
            if let padding { writer.member("pad", String(repeating: "0", count: padding)) }
        }
    }
}

/// The lengths that plaintexts are brought to.
///
/// Source: protocol, section 6.
package enum Padding {
    /// Bytes of `,"pad":""`.
    static let frame = 9

    /// The next of 256, 512, 1024, 2048, 4096, then multiples of 4096.
    package static func length(for count: Int) -> Int {
        for length in [256, 512, 1024, 2048, 4096] where count <= length { return length }
        return (count + 4095) / 4096 * 4096
    }

    /// Characters of the member `pad` that bring `count` bytes to such a length; nil when they have one.
    static func characters(for count: Int) -> Int? {
        guard self.length(for: count) != count else { return nil }
        return self.length(for: count + self.frame) - count - self.frame
    }
}
