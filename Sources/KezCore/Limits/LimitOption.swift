/// A limit that the operator can set: `--limit-<name>`, `KEZ_LIMIT_<NAME>`.
package struct LimitOption: Sendable {
    /// Lowercase words joined by hyphens.
    package let name: String
    /// What it bounds and how it is written, for the help text.
    package let help: String
    private let read: @Sendable (Limits) -> String
    private let change: @Sendable (inout Limits, String) -> Bool
    private let describe: @Sendable (Limits, inout JSONWriter) -> Void

    /// `envelope-bytes` is set by `KEZ_LIMIT_ENVELOPE_BYTES`.
    package var environmentName: String {
        "KEZ_LIMIT_" + self.name.uppercased().split(separator: "-").joined(separator: "_")
    }

    /// The value in force, written as the option takes it.
    package func text(in limits: Limits) -> String { self.read(limits) }

    /// Sets the limit.
    ///
    /// - Throws: `KezError` with a sentence that names the option when `text` cannot be used.
    package func set(_ text: String, in limits: inout Limits) throws(KezError) {
        guard self.change(&limits, text) else {
            throw KezError(.badRequest, "The limit `\(self.name)` cannot be `\(text)`: \(self.help).")
        }
    }

    func write(_ limits: Limits, to writer: inout JSONWriter) {
        writer.name(self.name.split(separator: "-").joined(separator: "_"))
        self.describe(limits, &writer)
    }

    private static func count(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Limits, Int> & Sendable
    ) -> LimitOption {
        LimitOption(
            name: name, help: "\(help), a whole number from 1",
            read: { String($0[keyPath: path]) },
            change: { limits, text in
                guard let number = Int(text), number > 0 else { return false }
                limits[keyPath: path] = number
                return true
            },
            describe: { limits, writer in writer.integer(limits[keyPath: path]) })
    }

    private static func optionalCount(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Limits, Int?> & Sendable
    ) -> LimitOption {
        LimitOption(
            name: name, help: "\(help), a whole number from 1, or off",
            read: { limits in limits[keyPath: path].map { String($0) } ?? "off" },
            change: { limits, text in
                guard text == "off" || (Int(text) ?? 0) > 0 else { return false }
                limits[keyPath: path] = Int(text)
                return true
            },
            describe: { limits, writer in
                if let number = limits[keyPath: path] { writer.integer(number) } else { writer.null() }
            })
    }

    private static func bucket(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Limits, TokenBucketLimit> & Sendable
    ) -> LimitOption {
        LimitOption(
            name: name, help: "\(help), <burst>,<per second> or off",
            read: { $0[keyPath: path].description },
            change: { limits, text in
                guard let limit = TokenBucketLimit(text) else { return false }
                limits[keyPath: path] = limit
                return true
            },
            describe: { limits, writer in limits[keyPath: path].write(to: &writer) })
    }

    /// Every limit with an option.
    package static let all: [LimitOption] = [
        count("envelope-bytes", "bytes of one envelope", \.envelopeBytes),
        count("body-bytes", "bytes of a request's body", \.bodyBytes),
        count("signed-body-bytes", "bytes of a registration or release", \.signedBodyBytes),
        count("header-bytes", "bytes of a message's headers", \.headerBytes),
        LimitOption(
            name: "retention-days", help: "days the log keeps a message, a whole number from 1",
            read: { String($0.retention.components.seconds / 86_400) },
            change: { limits, text in
                guard let days = Int64(text), 1...36_500 ~= days else { return false }
                limits.retention = .seconds(days * 86_400)
                return true
            },
            describe: { limits, writer in writer.integer(limits.retention.components.seconds / 86_400) }),
        count("inbox-messages", "messages of one inbox", \.inboxMessages),
        count("inbox-bytes", "bytes of one inbox", \.inboxBytes),
        count("pair-messages", "messages stored from one sender to one recipient", \.pairMessages),
        count("anonymous-stored", "anonymous messages stored for one recipient", \.anonymousStored),
        optionalCount("log-bytes", "bytes on disk of one shard's log", \.logBytes),
        optionalCount("connections", "connections of one key", \.connections),
        optionalCount("tunnel-day-bytes", "bytes a day through the tunnel", \.tunnelDayBytes),
        optionalCount(
            "suspend-unregistered", "sends to unregistered keys within an hour that suspend a key",
            \.suspendUnregistered),
        optionalCount(
            "suspend-factor", "times a budget, over one minute, that suspend a key", \.suspendFactor),
        bucket("registrations", "registrations of one address", \.registrations),
        bucket("anonymous", "anonymous messages of one address", \.anonymous),
        bucket("http", "HTTP requests of one address", \.http),
        bucket("tunnel-bytes", "bytes through the tunnel", \.tunnelBytes),
        bucket("tunnel-lines", "protocol lines through the tunnel", \.tunnelLines),
        bucket("searches", "searches of one key", \.searches),
    ]
}

extension Limits: JSONWritable {
    /// Every limit under its option's name with `_` for `-`, as `/v1/config` shows them.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for option in LimitOption.all { option.write(self, to: &writer) }
        }
    }
}
