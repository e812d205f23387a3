private import Foundation

extension Headers {
    /// Reads `NATS/1.0 …\r\nName: value\r\n…`, the form in which a stored message's headers come.
    init(wire bytes: [UInt8]) {
        self.init()
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            self.append(String(line[..<colon]), value.trimmingCharacters(in: .whitespaces))
        }
    }
}

/// The broker's times.
enum RFC3339 {
    /// Nanoseconds since 1970 of a UTC time such as `2026-05-25T03:00:00.123456789Z`.
    static func nanoseconds(_ text: String) -> Int64? {
        guard text.hasSuffix("Z") else { return nil }
        let parts = text.dropLast().split(separator: ".", maxSplits: 1)
        guard let whole = parts.first, let date = try? Date("\(whole)Z", strategy: .iso8601) else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard let digits = Int64(parts[1].prefix(9)) else { return nil }
            fraction = digits
            for _ in parts[1].prefix(9).count..<9 { fraction *= 10 }
        }
        return Int64(date.timeIntervalSince1970) * 1_000_000_000 + fraction
    }
}
