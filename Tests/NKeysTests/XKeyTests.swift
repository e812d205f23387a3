import NKeys
import Testing

@Suite struct XKeyTests {
    private let server = XKeyPair.generate()
    private let callout = XKeyPair.generate()
    private let other = XKeyPair.generate()

    @Test(arguments: [0, 1, 5000])
    func opensWhatWasSealedForIt(count: Int) throws {
        let plaintext = [UInt8](repeating: 7, count: count)
        let sealed = try self.server.seal(plaintext, to: self.callout.publicKey)
        #expect(sealed.starts(with: "xkv1".utf8))
        #expect(sealed.count == count + 44)
        #expect(try self.callout.open(sealed, from: self.server.publicKey) == plaintext)
        #expect(try self.server.seal(plaintext, to: self.callout.publicKey) != sealed)
    }

    @Test func refusesAChangedBox() throws {
        let sealed = try self.server.seal([1, 2, 3], to: self.callout.publicKey)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: (any Error).self) { try self.callout.open(changed, from: self.server.publicKey) }
        }
        for count in sealed.indices {
            #expect(throws: (any Error).self) {
                try self.callout.open(Array(sealed.prefix(count)), from: self.server.publicKey)
            }
        }
    }

    @Test func refusesOtherKeys() throws {
        let sealed = try self.server.seal([1, 2, 3], to: self.callout.publicKey)
        #expect(throws: (any Error).self) { try self.other.open(sealed, from: self.server.publicKey) }
        #expect(throws: (any Error).self) { try self.callout.open(sealed, from: self.other.publicKey) }
    }

    @Test func seedsRoundTrip() throws {
        #expect(self.server.seedText.hasPrefix("SX"))
        #expect(self.server.publicKey.text.hasPrefix("X"))
        let again = try XKeyPair(seed: self.server.seedText)
        #expect(again.publicKey == self.server.publicKey)
        let sealed = try self.callout.seal([9], to: self.server.publicKey)
        #expect(try again.open(sealed, from: self.callout.publicKey) == [9])
        #expect(throws: NKeyError.wrongRole(.curve)) { try NKeyPair(seed: self.server.seedText) }
    }

    @Test func doesNotSealForALowOrderPoint() throws {
        let key = try NKey(role: .curve, publicKey: [UInt8](repeating: 0, count: 32))
        #expect(throws: (any Error).self) { try self.server.seal([1], to: key) }
    }
}
