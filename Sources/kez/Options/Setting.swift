import ArgumentParser
import Foundation

/// One option: a flag, else its environment variable, else its default.
struct Setting: Sendable {
    let flag: String
    let environment: String
    let fallback: String?

    init(_ flag: String, _ environment: String, default fallback: String? = nil) {
        self.flag = flag
        self.environment = environment
        self.fallback = fallback
    }

    /// The help of an option, with its variable and default.
    static func help(_ text: String, _ environment: String, _ fallback: String? = nil) -> ArgumentHelp {
        ArgumentHelp("\(text) (environment: \(environment)\(fallback.map { "; default: \($0)" } ?? ""))")
    }

    func text(_ given: String?) -> String? {
        if let given { return given }
        if let set = ProcessInfo.processInfo.environment[self.environment], !set.isEmpty { return set }
        return self.fallback
    }

    /// The value, turned into what is needed.
    ///
    /// - Parameter expected: completes the sentence "… must be …".
    /// - Throws: `ValidationError` that names the option and what was given.
    func value<Value>(_ given: String?, _ expected: String, _ read: (String) -> Value?) throws -> Value {
        guard let value = try self.optional(given, expected, read) else {
            throw ValidationError("--\(self.flag) (or \(self.environment)) is needed: \(expected).")
        }
        return value
    }

    /// The same for an option that may be absent.
    func optional<Value>(_ given: String?, _ expected: String, _ read: (String) -> Value?) throws -> Value? {
        guard let text = self.text(given) else { return nil }
        guard let value = read(text) else {
            let source = given == nil && text != self.fallback ? self.environment : "--\(self.flag)"
            throw ValidationError("\(source) cannot be `\(text)`: it must be \(expected).")
        }
        return value
    }
}

/// A failure with a sentence for people and an exit status for programs.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
