import KezCore

/// How long a registry suspends a key by itself: the more often it had to, the longer.
///
/// Source: protocol, section 9 ("Suspension").
enum AutomaticSuspension {
    /// Earlier ones that still count.
    static let memory: Duration = .seconds(30 * 86_400)

    /// - Parameter earlier: automatic suspensions of the key within `memory`.
    static func length(earlier: Int) -> Duration {
        switch earlier {
        case ...0: .seconds(3600)
        case 1: .seconds(24 * 3600)
        default: .seconds(7 * 24 * 3600)
        }
    }

    /// What is to be written; nil when a suspension is in force already, an operator's included.
    static func decide(
        _ primary: Primary, reason: String, inForce: SuspensionRecord?, earlier: Int, now: Timestamp
    ) -> RegistryEvent.Content? {
        guard inForce == nil else { return nil }
        return .suspend(primary, reason: reason, until: now.advanced(by: self.length(earlier: earlier)), by: .registry)
    }
}
