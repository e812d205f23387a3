import ArgumentParser
import KezCore

/// The limits, each an option. Token buckets are written `<burst>,<per second>`; `off` lifts one.
///
/// Source: protocol, section 9.
struct LimitOptions: ParsableArguments {
    @Option(help: help("envelope-bytes")) var limitEnvelopeBytes: String?
    @Option(help: help("body-bytes")) var limitBodyBytes: String?
    @Option(help: help("signed-body-bytes")) var limitSignedBodyBytes: String?
    @Option(help: help("header-bytes")) var limitHeaderBytes: String?
    @Option(help: help("retention-days")) var limitRetentionDays: String?
    @Option(help: help("inbox-messages")) var limitInboxMessages: String?
    @Option(help: help("inbox-bytes")) var limitInboxBytes: String?
    @Option(help: help("pair-messages")) var limitPairMessages: String?
    @Option(help: help("anonymous-stored")) var limitAnonymousStored: String?
    @Option(help: help("log-bytes")) var limitLogBytes: String?
    @Option(help: help("connections")) var limitConnections: String?
    @Option(help: help("tunnel-day-bytes")) var limitTunnelDayBytes: String?
    @Option(help: help("suspend-unregistered")) var limitSuspendUnregistered: String?
    @Option(help: help("suspend-factor")) var limitSuspendFactor: String?
    @Option(help: help("registrations")) var limitRegistrations: String?
    @Option(help: help("anonymous")) var limitAnonymous: String?
    @Option(help: help("http")) var limitHttp: String?
    @Option(help: help("tunnel-bytes")) var limitTunnelBytes: String?
    @Option(help: help("tunnel-lines")) var limitTunnelLines: String?
    @Option(help: help("searches")) var limitSearches: String?

    /// The flags that were given, by the limit's name.
    private var given: [String: String?] {
        [
            "envelope-bytes": self.limitEnvelopeBytes,
            "body-bytes": self.limitBodyBytes,
            "signed-body-bytes": self.limitSignedBodyBytes,
            "header-bytes": self.limitHeaderBytes,
            "retention-days": self.limitRetentionDays,
            "inbox-messages": self.limitInboxMessages,
            "inbox-bytes": self.limitInboxBytes,
            "pair-messages": self.limitPairMessages,
            "anonymous-stored": self.limitAnonymousStored,
            "log-bytes": self.limitLogBytes,
            "connections": self.limitConnections,
            "tunnel-day-bytes": self.limitTunnelDayBytes,
            "suspend-unregistered": self.limitSuspendUnregistered,
            "suspend-factor": self.limitSuspendFactor,
            "registrations": self.limitRegistrations,
            "anonymous": self.limitAnonymous,
            "http": self.limitHttp,
            "tunnel-bytes": self.limitTunnelBytes,
            "tunnel-lines": self.limitTunnelLines,
            "searches": self.limitSearches,
        ]
    }

    func limits() throws -> Limits {
        var limits = Limits()
        for option in LimitOption.all {
            let setting = Setting("limit-\(option.name)", option.environmentName)
            guard let text = setting.text(self.given[option.name] ?? nil) else { continue }
            do {
                try option.set(text, in: &limits)
            } catch {
                throw ValidationError("--\(setting.flag) (or \(setting.environment)): \(error.message)")
            }
        }
        return limits
    }
}

private func help(_ name: String) -> ArgumentHelp {
    guard let option = LimitOption.all.first(where: { $0.name == name }) else { return "" }
    return Setting.help(option.help, option.environmentName, option.text(in: Limits()))
}
