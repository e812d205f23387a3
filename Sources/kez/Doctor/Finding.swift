package import KezCore

/// What `kez doctor` found about one thing: whether it is well, a sentence, and what to do.
package struct Finding: Equatable, Sendable {
    package enum Level: String, Sendable, Comparable {
        case ok, warning, problem

        private var weight: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .problem: 2
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.weight < right.weight }
    }

    package let level: Level
    /// A word or two: what was looked at.
    package let subject: String
    package let sentence: String
    /// What to do; nil where nothing is to be done.
    package let remedy: String?

    private init(_ level: Level, _ subject: String, _ sentence: String, remedy: String?) {
        self.level = level
        self.subject = subject
        self.sentence = sentence
        self.remedy = remedy
    }

    package static func ok(_ subject: String, _ sentence: String) -> Finding {
        Finding(.ok, subject, sentence, remedy: nil)
    }

    /// Works, and will hurt some day.
    package static func warning(_ subject: String, _ sentence: String, do remedy: String) -> Finding {
        Finding(.warning, subject, sentence, remedy: remedy)
    }

    /// Does not work, loses data, or lets in who should stay out.
    package static func problem(_ subject: String, _ sentence: String, do remedy: String) -> Finding {
        Finding(.problem, subject, sentence, remedy: remedy)
    }
}

extension Finding: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("level", self.level.rawValue)
            writer.member("subject", self.subject)
            writer.member("sentence", self.sentence)
            writer.member("remedy", self.remedy)
        }
    }
}

extension [Finding] {
    /// The findings, or that all is well when there are none.
    package func or(_ good: Finding) -> [Finding] { self.isEmpty ? [good] : self }
}
