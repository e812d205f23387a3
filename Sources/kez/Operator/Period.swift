import ArgumentParser

/// A length of time as an operator types it: `30m`, `24h`, `7d`, `2w`.
struct Period: ExpressibleByArgument {
    /// Ten years: beyond it nobody means a length of time.
    private static let longest = 3650 * 86_400

    let text: String
    let duration: Duration

    init?(argument text: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        // `Int` would take a sign.
        guard let last = text.last, let unit = units[last], let number = Int(text.dropLast()), number > 0,
            text.first != "+", number <= Self.longest / unit
        else { return nil }
        self.text = text
        self.duration = .seconds(number * unit)
    }
}
