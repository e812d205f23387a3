import Logging

/// What handlers of every format do alike: gathering metadata, and keeping what was logged from being more than text.
enum LogText {
    /// Longest message or value, in bytes of UTF-8; the rest is cut off.
    static let maximumBytes = 8192

    /// Metadata of the handler, its provider and the event, the latter winning; an error under `error` unless the
    /// caller names one. Nested values get names with dots.
    static func metadata(
        of event: LogEvent, handler: Logger.Metadata, provider: Logger.MetadataProvider?
    ) -> [(name: String, value: String)] {
        var all = handler
        if let provider { all.merge(provider.get()) { $1 } }
        if let metadata = event.metadata { all.merge(metadata) { $1 } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        var flat: [String: String] = [:]
        for (name, value) in all { self.flatten(value, name, into: &flat) }
        return flat.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    private static func flatten(_ value: Logger.MetadataValue, _ name: String, into flat: inout [String: String]) {
        switch value {
        case .string(let text): flat[name] = self.cut(text)
        case .stringConvertible(let convertible): flat[name] = self.cut(convertible.description)
        case .dictionary(let members):
            for (member, value) in members { self.flatten(value, "\(name).\(member)", into: &flat) }
        case .array(let elements):
            for (index, value) in elements.enumerated() { self.flatten(value, "\(name).\(index)", into: &flat) }
        }
    }

    static func cut(_ text: String) -> String {
        guard text.utf8.count > self.maximumBytes else { return text }
        return String(decoding: text.utf8.prefix(self.maximumBytes), as: UTF8.self) + "…"
    }

    /// Whether a terminal or a reader of lines could take the character for more than text: controls, line and
    /// paragraph separators, marks that turn the direction of writing.
    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }

    /// `text` with each harmful character as a JSON escape.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: self.isHarmful) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if self.isHarmful(scalar) { result += self.escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            // Beyond the first plane as JSON has it, in two halves.
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
