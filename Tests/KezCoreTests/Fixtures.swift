import KezCore
import Sodium
import Testing

func signer(_ byte: UInt8) throws -> EnvelopeSigner {
    EnvelopeSigner(try SigningKey(seed: SecretBytes([UInt8](repeating: byte, count: 32))))
}

func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

func parse(_ text: String, depth: Int = 32) throws(JSONError) -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8), maximumDepth: depth).root
}

/// The code of the refusal that `body` throws.
func code(_ body: () throws -> Void) -> ErrorCode? {
    do {
        try body()
        return nil
    } catch {
        return (error as? KezError)?.code
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    func replacing(_ old: String, with new: String) -> [UInt8] {
        Array(self.text.replacing(old, with: new).utf8)
    }
}
