import Foundation
import KezTesting
import Testing

/// The shared vectors, `Tests/Vectors/vectors.json`.
struct Vectors {
    private let root: [String: Any]

    init() throws {
        let data = try Data(contentsOf: URL(filePath: ProjectFiles.path("Tests/Vectors/vectors.json")))
        self.root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func list(_ name: String) throws -> [[String: Any]] { try #require(self.root[name] as? [[String: Any]]) }

    func rows(_ name: String) throws -> [[String]] {
        try #require((self.root[name] as? [String: Any])?["rows"] as? [[String]])
    }
}

func bytes(_ hex: Any?) throws -> [UInt8] {
    let text = try #require(hex as? String)
    #expect(text.count.isMultiple(of: 2))
    return try stride(from: 0, to: text.count, by: 2).map { offset in
        let start = text.index(text.startIndex, offsetBy: offset)
        return try #require(UInt8(text[start..<text.index(start, offsetBy: 2)], radix: 16))
    }
}
