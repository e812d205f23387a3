/// Clocks: a signed request is good for a minute, an envelope's time for five.
package enum ClockChecks {
    private static let subject = "clock"
    private static let noticeable: Duration = .seconds(2)
    private static let harmful: Duration = .seconds(30)

    /// - Parameters:
    ///   - distance: how far a broker's clock is ahead of this machine's; nil when it is not known.
    ///   - isSynchronised: whether the system says that this machine's clock follows others; nil when nobody says.
    package static func findings(distance: Duration?, isSynchronised: Bool?) -> [Finding] {
        var found: [Finding] = []
        let apart = distance.map { $0 < .zero ? .zero - $0 : $0 }
        let seconds = apart.map { Self.text($0) } ?? ""
        if let apart, apart > Self.harmful {
            found.append(
                .problem(
                    Self.subject,
                    "This machine's clock and the broker's are \(seconds) s apart: signed requests will be refused.",
                    do: "Let both follow NTP: `timedatectl set-ntp true`, or chrony."))
        } else if let apart, apart > Self.noticeable {
            found.append(
                .warning(
                    Self.subject, "This machine's clock and the broker's are \(seconds) s apart.",
                    do: "Let both follow NTP: `timedatectl set-ntp true`, or chrony."))
        }
        if isSynchronised == false {
            found.append(
                .warning(
                    Self.subject, "The system says that this machine's clock follows no other.",
                    do: "Run `timedatectl set-ntp true`, or chrony, unless the host of this machine keeps its time."))
        }
        var good =
            apart == nil ? "No clock to compare this one with." : "This machine's clock agrees with the broker's."
        good += isSynchronised == nil ? " Whether it follows NTP could not be told." : ""
        return found.or(.ok(Self.subject, good))
    }

    private static func text(_ duration: Duration) -> String {
        let tenths = duration / .milliseconds(100)
        return "\((tenths.rounded()) / 10)"
    }
}
