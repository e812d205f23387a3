/// Which file a path of the web client means; pure.
enum PathRules {
    enum Target: Equatable, Sendable {
        /// A file below the folder, its parts joined by slashes.
        case file(String)
        /// A place inside the client, which its index shows.
        case deepLink
        case nothing
    }

    /// - Parameter segments: the path's parts, decoded once.
    static func target(_ segments: [String]) -> Target {
        if segments == [""] || segments == ["index.html"] { return .file("index.html") }
        guard segments.allSatisfy(self.isPlain), segments.count <= 32 else { return .nothing }
        return .file(segments.joined(separator: "/"))
    }

    /// What a path without a file means: a name with an ending was meant to be one.
    static func fallback(_ segments: [String]) -> Target {
        segments.last?.contains(".") == true ? .nothing : .deepLink
    }

    /// No empty part, no `.` and `..`, nothing hidden, no separator or control character that was written encoded.
    private static func isPlain(_ segment: String) -> Bool {
        !segment.isEmpty && !segment.hasPrefix(".") && segment.utf8.count <= 255
            && segment.utf8.allSatisfy {
                $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
            }
    }
}
