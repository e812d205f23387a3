import ArgumentParser
import KezCore
import KezRuntime

struct SuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Cut a key off: it can still read, not send.",
        discussion: """
            Its connections are closed within a second; until the end of the suspension it can connect, read its \
            inbox, and see the reason. Given anew, reason and end replace the former ones.
            """)

    @Argument(help: "A handle of this server, or a key: ed25519:<hex>.")
    var who: TargetArgument

    @Option(help: "A sentence for the suspended one, at most 200 characters.")
    var reason: String

    @Option(name: .customLong("for"), help: "How long: 30m, 24h, 7d, 2w. Without it: until `kez unsuspend`.")
    var period: Period?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let until = self.period.map { WallClock.system.now().advanced(by: $0.duration) }
        let request = try SuspendRequest(self.who.target, reason: self.reason, until: until)
        let suspension = try await self.options.withRegistry { try await $0.suspend(request) }
        guard !self.json else { return print(String(decoding: suspension.bytes, as: UTF8.self)) }
        print("suspended \(suspension.who) \(suspension.end): \(suspension.reason)")
    }
}

struct UnsuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "unsuspend", abstract: "End a suspension.")

    @Argument(help: "A handle of this server, or a key: ed25519:<hex>.")
    var who: TargetArgument

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let target = self.who.target
        let answer = try await self.options.withRegistry { try await $0.resume(target) }
        guard !self.json else { return print(String(decoding: answer.bytes, as: UTF8.self)) }
        print(answer.resumed ? "\(self.who.text) may send again" : "\(self.who.text) was not suspended")
    }
}
