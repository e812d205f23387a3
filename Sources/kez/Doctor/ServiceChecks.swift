/// Services, by what discovery shows.
package enum ServiceChecks {
    private static let subject = "services"

    package struct Instance: Sendable {
        package let name: String
        package let version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// - Parameter version: of this program.
    package static func findings(_ instances: [Instance], expected: [String], version: String) -> [Finding] {
        var found: [Finding] = []
        for name in expected where !instances.contains(where: { $0.name == name }) {
            found.append(
                .problem(
                    Self.subject, "\(name) is not running, or cannot reach the broker.",
                    do: "Start it; look at its log."))
        }
        let others = instances.filter { $0.version != version }
        if !others.isEmpty {
            let named = Set(others.map { "\($0.name) \($0.version)" }).sorted().joined(separator: ", ")
            found.append(
                .warning(
                    Self.subject, "This program is kez \(version); others run: \(named).",
                    do: "Finish the update: restart them one after the other with the same version."))
        }
        let counts = expected.map { name in "\(instances.count { $0.name == name }) \(name)" }.joined(separator: ", ")
        return found.or(.ok(Self.subject, "Running: \(counts), all of version \(version)."))
    }
}
