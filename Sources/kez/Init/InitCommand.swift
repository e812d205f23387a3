import ArgumentParser
import Foundation
import KezRuntime

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write the keys and the broker's configuration of a split deployment.",
        discussion: """
            Makes what is missing and prints what it made; run again it changes nothing, and it never replaces a key. \
            The configuration follows the options and the keys at every run, keys on their way in or out (`kez keys`) \
            included. With --roles each role gets a folder \
            with the key files that it needs, and no others.
            """)

    private static let configSetting = Setting("nats-config", "KEZ_NATS_CONFIG")
    private static let storeSetting = Setting("nats-store", "KEZ_NATS_STORE")
    private static let nameSetting = Setting("nats-server-name", "KEZ_NATS_SERVER_NAME", default: "kez")
    private static let rolesSetting = Setting("roles", "KEZ_ROLES")

    @OptionGroup var data: DataOptions
    @OptionGroup var listeners: BrokerListenOptions

    @Option(help: Setting.help("Where the broker's configuration is written.", "KEZ_NATS_CONFIG", "<data>/nats.conf"))
    var natsConfig: String?

    @Option(help: Setting.help("Where the broker keeps the streams.", "KEZ_NATS_STORE", "<data>/streams"))
    var natsStore: String?

    @Option(help: Setting.help("The broker's name.", "KEZ_NATS_SERVER_NAME", "kez"))
    var natsServerName: String?

    @Option(help: Setting.help("Folder in which each role gets a folder with its own keys.", "KEZ_ROLES", "none"))
    var roles: String?

    func run() async throws {
        let folder = try DataFolder(try self.data.folder())
        let keysFolder = folder.file("keys")
        let before = Set((try? FileManager.default.contentsOfDirectory(atPath: keysFolder)) ?? [])
        let keys = try DeploymentKeys.loadOrCreate(in: keysFolder)
        let after = try FileManager.default.contentsOfDirectory(atPath: keysFolder)
        var made = after.filter { !before.contains($0) }.sorted().map { "wrote \(keysFolder)/\($0)" }

        let path = Self.configSetting.text(self.natsConfig) ?? folder.file("nats.conf")
        let configuration = BrokerConfiguration(
            serverName: Self.nameSetting.text(self.natsServerName) ?? "kez",
            listen: try self.listeners.clients().text, monitor: try self.listeners.monitor().text,
            websocket: try self.listeners.websocket().text,
            storeFolder: Self.storeSetting.text(self.natsStore) ?? folder.file("streams"))
        if try BrokerTemplate.write(configuration, keys: keys, to: path) { made.append("wrote \(path)") }
        if let roles = Self.rolesSetting.text(self.roles) {
            made += try RoleFolders(folder: roles).write(from: keysFolder)
        }
        for line in made { print(line) }
        if made.isEmpty { print("nothing to do: \(keysFolder) and \(path) are as they should be") }
        withExtendedLifetime(folder) {}
    }
}
