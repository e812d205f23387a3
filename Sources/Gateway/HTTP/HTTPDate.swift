import KezCore

/// Times as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Source: RFC 9110, section 5.6.7.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(_ time: Timestamp) -> String {
        // `YYYY-MM-DDTHH:MM:SSZ`
        let parts = time.text.split { "-T:Z".contains($0) }
        guard parts.count == 6, let month = Int(parts[1]), 1...12 ~= month else { return "" }
        let day = (time.unixSeconds >= 0 ? time.unixSeconds : time.unixSeconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = Int(((day % 7) + 7) % 7)
        return
            "\(self.days[weekday]), \(parts[2]) \(self.months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }
}
