import ArgumentParser
import KezCore

struct BanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban", abstract: "Show who is suspended.", subcommands: [BanListCommand.self])
}

struct BanListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the suspensions in force, in the order of their keys.")

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        var count = 0
        try await self.options.withRegistry { registry in
            try await registry.eachBan { ban in
                count += 1
                print(self.json ? String(decoding: ban.bytes, as: UTF8.self) : ban.line)
            }
        }
        if count == 0, !self.json { print("nobody is suspended") }
    }
}

extension Suspension {
    /// `mallory (ed25519:…)`, or the key alone.
    var who: String { self.handle.map { "\($0.text) (\(self.primary))" } ?? self.primary.text }

    var end: String { self.until.map { "until \($0.text)" } ?? "until it is lifted" }

    /// A line of `kez ban list`.
    var line: String {
        let by = self.isAutomatic ? "automatic" : "by the operator"
        return "\(self.who)  since \(self.since.text)  \(self.end)  \(by)  \(self.reason)"
    }
}
