/// What a caller says of compression; pure.
///
/// Source: RFC 9110, section 12.5.3.
enum AcceptedEncoding {
    /// Whether `header` allows gzip: it names it, or everything, and not with a weight of zero.
    static func takesGzip(_ header: String?) -> Bool {
        var everything = false
        for part in (header ?? "").split(separator: ",") {
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let coding = words.first, ["gzip", "x-gzip", "*"].contains(coding) else { continue }
            let isTaken = !words.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
            if coding != "*" { return isTaken }
            everything = isTaken
        }
        return everything
    }
}
