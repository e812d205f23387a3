/// Settings that are well formed and still not what an operator wants.
package enum SettingChecks {
    private static let subject = "settings"

    package struct Values: Sendable {
        package var server: String
        package var sigchainURL: String
        /// Host of the listener for metrics and health.
        package var internalHost: String
        /// Whether X-Forwarded-For is believed from any address.
        package var trustsEveryone: Bool

        package init(server: String, sigchainURL: String, internalHost: String, trustsEveryone: Bool = false) {
            self.server = server
            self.sigchainURL = sigchainURL
            self.internalHost = internalHost
            self.trustsEveryone = trustsEveryone
        }
    }

    package static func findings(_ values: Values) -> [Finding] {
        var found: [Finding] = []
        let isLocal = ["localhost", "127.0.0.1", "[::1]"].contains { values.sigchainURL.contains("://\($0)") }
        if isLocal, !values.server.hasPrefix("localhost") {
            found.append(
                .warning(
                    Self.subject,
                    "Users' sigchain URLs begin with \(values.sigchainURL), which nobody else can reach.",
                    do: "Set --sig-server-url to the public address of the sigchain port."))
        }
        if !Addresses.isLoopback(values.internalHost) {
            found.append(
                .warning(
                    Self.subject, "Metrics and health listen on \(values.internalHost), not on loopback alone.",
                    do: "Set --internal-bind to 127.0.0.1, or see that only the monitoring reaches it."))
        }
        if values.trustsEveryone {
            found.append(
                .problem(
                    Self.subject, "--trusted-proxies believes everybody's X-Forwarded-For: no address has a budget.",
                    do: "Name the addresses of the proxies alone."))
        }
        return found.or(.ok(Self.subject, "The settings can be used."))
    }

    /// An option that cannot be used, in its own words.
    package static func unusable(_ sentence: String) -> Finding {
        .problem(Self.subject, sentence, do: "Correct it: no service starts with it.")
    }
}
