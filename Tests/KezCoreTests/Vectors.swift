import Foundation
import KezCore
import Testing

/// The shared vectors, `Tests/Vectors/vectors.json`, read by Foundation: not by the code under test.
struct Vectors {
    let root: [String: Any]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/vectors.json")
        self.root = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    func list(_ name: String) throws -> [[String: Any]] {
        try #require(self.root[name] as? [[String: Any]])
    }

    func object(_ names: String...) throws -> [String: Any] {
        var object = self.root
        for name in names { object = try #require(object[name] as? [String: Any]) }
        return object
    }
}

extension [String: Any] {
    func text(_ name: String) throws -> String { try #require(self[name] as? String) }
    func hex(_ name: String) throws -> [UInt8] { try #require(Hex.decode(self.text(name))) }
    func object(_ name: String) throws -> [String: Any] { try #require(self[name] as? [String: Any]) }
    func list(_ name: String) throws -> [[String: Any]] { try #require(self[name] as? [[String: Any]]) }

    /// A member as a JSON text, its members in any order.
    func json(_ name: String) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: self.object(name)))
    }
}
