/// What goes over `kez.live`: never stored, never acknowledged.
///
/// Source: protocol, section 8.
package enum LiveSignal: Equatable, Sendable, JSONWritable {
    /// Whether the other side is writing.
    case typing(active: Bool)

    /// - Returns: nil for what this version does not know; it is dropped.
    package init?(parsing bytes: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: bytes, maximumDepth: Limits.bodyDepth))?.root,
            root["kez"]?.string == "kez-typing-v1", let active = root["active"]?.bool
        else { return nil }
        self = .typing(active: active)
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .typing(let active):
            writer.object { writer in
                writer.member("kez", "kez-typing-v1")
                writer.member("active", active)
            }
        }
    }
}
