/// What a metric is, as a `# TYPE` line says it.
package enum PrometheusKind: String, Sendable {
    case counter, gauge, histogram

    /// The names at the beginning of the lines of a family.
    func names(of family: String) -> [String] {
        self == .histogram ? [family, family + "_bucket", family + "_sum", family + "_count"] : [family]
    }
}

/// The labels of a series: sorted, names unique and fit for Prometheus.
package struct PrometheusLabels: Hashable, Comparable, Sendable {
    private var pairs: [[String]]

    /// - Parameter dimensions: of two with the same name the last one counts.
    package init(_ dimensions: [(String, String)] = []) {
        var values: [String: String] = [:]
        for (name, value) in dimensions { values[PrometheusText.labelName(name)] = value }
        self.pairs = values.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    }

    /// With one more, which stands last: `le` of a histogram.
    func adding(_ name: String, _ value: String) -> PrometheusLabels {
        var copy = self
        copy.pairs.append([name, value])
        return copy
    }

    /// `{a="b",c="d"}`, or nothing at all.
    var text: String {
        guard !self.pairs.isEmpty else { return "" }
        return "{" + self.pairs.map { "\($0[0])=\"\(PrometheusText.escapedValue($0[1]))\"" }.joined(separator: ",")
            + "}"
    }

    package static func < (left: PrometheusLabels, right: PrometheusLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs) { $0.lexicographicallyPrecedes($1) }
    }
}

/// One line of numbers.
package struct PrometheusSample: Sendable {
    let name: String
    let labels: PrometheusLabels
    let value: Double

    var text: String { "\(self.name)\(self.labels.text) \(PrometheusText.number(self.value))\n" }
}

/// A metric with all its series.
package struct PrometheusFamily: Sendable {
    package let name: String
    let help: String
    let kind: PrometheusKind
    let samples: [PrometheusSample]

    init(name: String, help: String, kind: PrometheusKind, samples: [PrometheusSample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A metric with one series and no labels.
    package init(name: String, help: String, kind: PrometheusKind, value: Double) {
        self.init(
            name: name, help: help, kind: kind,
            samples: [PrometheusSample(name: name, labels: PrometheusLabels(), value: value)])
    }

    var text: String {
        "# HELP \(self.name) \(PrometheusText.escapedHelp(self.help))\n# TYPE \(self.name) \(self.kind.rawValue)\n"
            + self.samples.map(\.text).joined()
    }
}

/// The format's names, escapes and numbers.
package enum PrometheusText {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; anything else becomes `_`.
    static func metricName(_ text: String) -> String { self.name(text, also: ":") }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`. `le` and what begins with two underscores are Prometheus's own.
    static func labelName(_ text: String) -> String {
        let name = self.name(text, also: "_")
        return name == "le" || name.hasPrefix("__") ? "label_" + name : name
    }

    private static func name(_ text: String, also: Character) -> String {
        let name = String(
            text.map { character in
                character.isASCII && (character.isLetter || character.isNumber) || character == "_" || character == also
                    ? character : "_"
            })
        return name.first.map { $0.isNumber } ?? true ? "_" + name : name
    }

    static func help(from name: String) -> String { name.replacing("_", with: " ") }

    static func escapedHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    static func escapedValue(_ text: String) -> String { self.escapedHelp(text).replacing("\"", with: "\\\"") }

    /// A whole number without a fraction, `+Inf`, `-Inf`, `NaN`, or the shortest form of a double.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
        return String(value)
    }
}
