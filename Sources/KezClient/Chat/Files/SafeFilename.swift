/// A sender's filename as it may be shown and written: one name without a path, at most 120 characters and 200 bytes,
/// its extension kept, nothing that an operating system takes for anything else. Never empty, never hidden.
package enum SafeFilename {
    private static let maximum = 120
    /// File systems take 255, and a number may be added.
    private static let maximumBytes = 200
    private static let reserved: Set<String> = [
        "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt0",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    ]

    package static func of(_ filename: String) -> String {
        let last =
            filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let (stem, ending) = self.parts(String(last))
        var name = SafeText.line(stem, maximum: self.maximum - ending.count)
        while name.utf8.count + ending.utf8.count > self.maximumBytes { name.removeLast() }
        let plain = String((name + ending).map { "<>:\"|?*/\\".contains($0) ? "_" : $0 }).trimmed(of: ". ~")
        guard !plain.isEmpty else { return "file" }
        let base = plain.split(separator: ".", omittingEmptySubsequences: false)[0].lowercased()
        return self.reserved.contains(base) ? "_\(plain)" : plain
    }

    /// The name and, with its point, an extension of 1 to 10 ASCII letters and digits.
    package static func parts(_ name: String) -> (stem: String, ending: String) {
        guard let point = name.lastIndex(of: ".") else { return (name, "") }
        let letters = name[name.index(after: point)...]
        guard 1...10 ~= letters.count, letters.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            return (name, "")
        }
        return (String(name[..<point]), String(name[point...]))
    }

    /// The same name with a number, for a folder that has it already: `cat (2).png`.
    package static func numbered(_ name: String, _ number: Int) -> String {
        let (stem, ending) = self.parts(name)
        return "\(stem) (\(number))\(ending)"
    }
}

extension String {
    fileprivate func trimmed(of characters: String) -> String {
        let head = self.drop { characters.contains($0) }
        return String(head.reversed().drop { characters.contains($0) }.reversed())
    }
}
