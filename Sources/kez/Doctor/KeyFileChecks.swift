package import KezRuntime

/// Key files: there, of the right kind, and closed to others. Read with the code with which the services read them.
package enum KeyFileChecks {
    private static let subject = "key files"

    /// A key folder as it was found.
    package struct Folder: Sendable {
        package let path: String
        /// nil when there is no such folder.
        package let mode: Int?
        /// Names of the files in it.
        package let names: Set<String>
        /// What is wrong with a file, by its name; files that are well are absent.
        package let failures: [String: KeyFile.Failure]

        package init(path: String, mode: Int?, names: Set<String>, failures: [String: KeyFile.Failure]) {
            self.path = path
            self.mode = mode
            self.names = names
            self.failures = failures
        }
    }

    /// The secret half of the invite key may be kept elsewhere.
    private static let optional: Set<String> = [DeploymentKeys.inviteFile]

    package static let whole: Set<String> = Set(RoleKeyFiles.byRole.values.joined()).union(
        DeploymentKeys.Role.allCases.map(\.file))

    /// Which files belong into a folder that holds `names`: those of the role whose keys these are, else all.
    package static func expected(of names: Set<String>) -> (role: String?, files: Set<String>) {
        let known = names.intersection(Self.whole)
        let roles = RoleKeyFiles.byRole.mapValues { Set($0) }.filter { known.isSubset(of: $0.value) }
        guard !known.isEmpty, let role = roles.min(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) }) else {
            return (nil, Self.whole)
        }
        return (role.key, role.value)
    }

    package static func findings(_ folder: Folder) -> [Finding] {
        guard let mode = folder.mode else {
            return [
                .problem(
                    Self.subject, "There is no key folder \(folder.path).",
                    do: "Name it by --keys or --data; `kez init` makes the keys of a new deployment.")
            ]
        }
        var found: [Finding] = []
        if mode & 0o077 != 0 {
            found.append(
                .warning(
                    Self.subject, "The key folder \(folder.path) is open to others: its mode is \(Self.octal(mode)).",
                    do: "Run `chmod 700 \(folder.path)`."))
        }
        let (role, files) = Self.expected(of: folder.names)
        for name in files.union(folder.failures.keys).sorted() {
            if Self.optional.contains(name), !folder.names.contains(name) { continue }
            if let failure = folder.failures[name] {
                found.append(.problem(Self.subject, Self.sentence(failure), do: Self.remedy(failure)))
            }
        }
        found += Self.unfinished(folder.names)
        let whose = role.map { " of the role \($0)" } ?? ""
        return found.or(.ok(Self.subject, "The key files\(whose) in \(folder.path) are there and closed to others."))
    }

    /// Changes of keys that were begun and not ended: the broker lets two keys in for as long.
    private static func unfinished(_ names: Set<String>) -> [Finding] {
        KeyChange.Subject.allCases.compactMap { subject in
            let left = subject.files.flatMap { file in KeyStage.allCases.map { $0.name(of: file) } }
                .filter { names.contains($0) }
            guard !left.isEmpty else { return nil }
            return .warning(
                Self.subject,
                "The change of \(subject.name) is not over: \(left.joined(separator: ", ")).",
                do: "Run the procedure again that began it, rotate-login or rotate-callout.")
        }
    }

    private static func sentence(_ failure: KeyFile.Failure) -> String {
        switch failure {
        case .missing(let path): "The key file \(path) is missing or cannot be read."
        case .tooOpen(let path): "The key file \(path) can be read by others."
        case .notAKey(let path): "The key file \(path) does not hold a key of its kind."
        case .doesNotFit(let path, let secret): "The key file \(path) is not the public half of \(secret)."
        case .cannotWrite(let path, let reason): "The key file \(path) cannot be written: \(reason)."
        }
    }

    private static func remedy(_ failure: KeyFile.Failure) -> String {
        switch failure {
        case .missing: "Restore it from the backup of the keys, with mode 0600; a new key would not fit the others."
        case .tooOpen(let path):
            "Run `chmod 600 \(path)`; if somebody else may have read it, replace the key (docs/OPERATIONS.md)."
        case .notAKey: "Restore it from the backup of the keys."
        case .doesNotFit(let path, _): "Remove \(path) and run `kez init`, which writes it anew."
        case .cannotWrite: "Make the folder writable for its owner."
        }
    }

    static func octal(_ mode: Int) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
