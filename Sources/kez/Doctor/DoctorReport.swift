package import KezCore

/// All findings, for people and for programs.
package struct DoctorReport: Sendable {
    package let findings: [Finding]

    package init(_ findings: [Finding]) { self.findings = findings }

    package var isHealthy: Bool { !self.findings.contains { $0.level == .problem } }

    private func count(_ level: Finding.Level) -> Int { self.findings.count { $0.level == level } }

    /// The worst last, where the eye is when the command has ended.
    package var page: String {
        let ordered = [Finding.Level.ok, .warning, .problem].flatMap { level in
            self.findings.filter { $0.level == level }
        }
        let width = self.findings.map(\.subject.count).max() ?? 0
        var lines: [String] = []
        for finding in ordered {
            let subject = finding.subject + String(repeating: " ", count: width - finding.subject.count)
            let level = finding.level.rawValue
            lines.append(level + String(repeating: " ", count: 9 - level.count) + subject + "  " + finding.sentence)
            if let remedy = finding.remedy { lines.append(String(repeating: " ", count: 11 + width) + "→ " + remedy) }
        }
        let (problems, warnings) = (self.count(.problem), self.count(.warning))
        lines += [
            "",
            "\(problems) problem\(problems == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s"), "
                + "\(self.count(.ok)) fine",
        ]
        return lines.joined(separator: "\n")
    }
}

extension DoctorReport: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("healthy", self.isHealthy)
            writer.member("problems", self.count(.problem))
            writer.member("warnings", self.count(.warning))
            writer.name("findings")
            writer.array { writer in for finding in self.findings { writer.value(finding) } }
        }
    }
}
