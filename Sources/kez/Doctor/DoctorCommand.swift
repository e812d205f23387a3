import ArgumentParser
import Foundation
import KezCore
import KezRuntime

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check a deployment, and say what to do.",
        discussion: """
            Looks at settings, key files, folders, disk, clock, broker, streams and services, and changes nothing. \
            Give it the options, or the environment, that the services have. Needs ops.nk and admin.nk of the key \
            folder. Exit status 1 when there is a problem.
            """)

    private static let monitorSetting = Setting("nats-monitor", "KEZ_NATS_MONITOR_URL")
    private static let replicasSetting = Setting("replicas", "KEZ_REPLICAS", default: "1")

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(
        help: Setting.help(
            "The broker's monitoring URL, asked instead of the system account.", "KEZ_NATS_MONITOR_URL", "none"))
    var natsMonitor: String?

    @Option(help: Setting.help("Copies that each stream should have: 1, or 3 in a cluster.", "KEZ_REPLICAS", "1"))
    var replicas: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var broker: BrokerOptions
    @OptionGroup var gateway: GatewayOptions
    @OptionGroup var limitOptions: LimitOptions

    func run() async throws {
        let folder = try self.server.folder()
        let monitor = try Self.monitorSetting.optional(self.natsMonitor, "an http:// URL") { text -> String? in
            guard URL(string: text)?.scheme == "http", URL(string: text)?.host != nil else { return nil }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        let replicas = try Self.replicasSetting.value(self.replicas, "a number from 1 to 5") { text in
            Int(text).flatMap { (1...5).contains($0) ? $0 : nil }
        }
        let broker = try self.broker.settings()
        let keys = try self.broker.keysFolder(data: folder)
        var findings = self.settings()
        var limits = Limits()
        do {
            limits = try self.limitOptions.limits()
            findings += LimitChecks.findings(limits)
        } catch {
            findings.append(SettingChecks.unusable(Self.words(error)))
        }
        findings += await DoctorVisit(
            dataFolder: folder, keysFolder: keys, broker: broker, monitor: monitor, limits: limits, replicas: replicas
        ).findings()
        let report = DoctorReport(findings)
        print(self.json ? String(decoding: report.bytes, as: UTF8.self) : report.page)
        if !report.isHealthy { throw ExitCode.failure }
    }

    /// Every setting that the services read, as they read it.
    private func settings() -> [Finding] {
        do {
            _ = try (self.server.databaseBase(), self.server.level(), self.server.format(), self.gateway.reserved())
            return SettingChecks.findings(
                try self.gateway.checkedValues(server: self.server.serverName(), broker: self.broker.settings()))
        } catch {
            return [SettingChecks.unusable(Self.words(error))]
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? ValidationError)?.message ?? "\(error)"
    }
}
