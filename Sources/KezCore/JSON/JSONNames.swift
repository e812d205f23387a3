/// Member names of one object: comparing them as they read after unescaping.
enum JSONNames {
    /// The name's UTF-8 bytes.
    static func bytes(of node: JSONNode, in bytes: [UInt8]) -> ArraySlice<UInt8> {
        let (start, end) = (Int(node.start) + 1, Int(node.end) - 1)
        guard node.kind == .escapedString else { return bytes[start..<end] }
        return JSONText.unescape(bytes, from: start, to: end)[...]
    }

    /// - Throws: `JSONError.duplicateMember` at the second of two equal names.
    static func refuseDuplicates(
        of object: Int, in nodes: [JSONNode], bytes: [UInt8], count: Int
    ) throws(JSONError) {
        // A handful is compared with each other; more go through a set, which keeps a hostile object linear
        // (its hashes are seeded at random in each process).
        if count <= 8 {
            var seen: [ArraySlice<UInt8>] = []
            var index = object + 1
            while index < Int(nodes[object].next) {
                let name = self.bytes(of: nodes[index], in: bytes)
                if seen.contains(name) { throw .duplicateMember(at: Int(nodes[index].start)) }
                seen.append(name)
                index = Int(nodes[index + 1].next)
            }
            return
        }
        var seen: Set<Name> = []
        seen.reserveCapacity(count)
        var index = object + 1
        while index < Int(nodes[object].next) {
            let name = Name(bytes: self.bytes(of: nodes[index], in: bytes))
            guard seen.insert(name).inserted else { throw .duplicateMember(at: Int(nodes[index].start)) }
            index = Int(nodes[index + 1].next)
        }
    }

    private struct Name: Hashable {
        let bytes: ArraySlice<UInt8>

        func hash(into hasher: inout Hasher) {
            unsafe self.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }
}
