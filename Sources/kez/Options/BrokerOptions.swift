import ArgumentParser
import Foundation
import KezRuntime

/// Where one role finds its broker and its keys.
struct BrokerOptions: ParsableArguments {
    private static let natsSetting = Setting("nats", "KEZ_NATS_URL", default: "nats://127.0.0.1:4222")
    private static let authoritiesSetting = Setting("nats-ca", "KEZ_NATS_CA")
    private static let keysSetting = Setting("keys", "KEZ_KEYS")

    @Option(
        help: Setting.help("Broker URLs, separated by commas.", "KEZ_NATS_URL", "nats://127.0.0.1:4222"))
    var nats: String?

    @Option(help: Setting.help("PEM file of the authorities to trust, for tls:// brokers.", "KEZ_NATS_CA"))
    var natsCa: String?

    @Option(help: Setting.help("Folder of the deployment's keys, each of mode 0600.", "KEZ_KEYS", "<data>/keys"))
    var keys: String?

    func settings() throws -> BrokerSettings {
        let servers = try Self.natsSetting.value(self.nats, "nats:// or tls:// URLs, separated by commas") { text in
            let urls = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let isUsable = urls.allSatisfy { url in
                ["nats", "tls"].contains(URL(string: url)?.scheme) && URL(string: url)?.host != nil
            }
            return isUsable && !urls.isEmpty ? urls : nil
        }
        let authorities = try Self.authoritiesSetting.optional(self.natsCa, "a file that can be read") { path in
            FileManager.default.isReadableFile(atPath: path) ? path : nil
        }
        return BrokerSettings(servers: servers, certificateAuthorities: authorities)
    }

    func keysFolder(data: String) throws -> String {
        Self.keysSetting.text(self.keys) ?? URL(filePath: data).appending(path: "keys").path
    }
}
