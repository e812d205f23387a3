import ArgumentParser
import KezCore
import KezRuntime

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show services, shards, streams and people on one page.",
        discussion: "Needs ops.nk and admin.nk of the key folder. Exit status 1 when a part is missing or not ready.")

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var broker: BrokerOptions

    func run() async throws {
        let keys = try OperatorKeys(in: self.broker.keysFolder(data: self.server.folder()))
        let report = try await StatusReport.gather(
            server: self.server.serverName(), broker: self.broker.settings(), keys: keys)
        print(self.json ? String(decoding: report.bytes, as: UTF8.self) : report.page)
        if !report.isHealthy { throw ExitCode.failure }
    }
}
