import ArgumentParser
import Foundation
import KezClient
import KezCore
import KezRuntime
import NKeys

/// Who a person is and which server is meant.
struct PersonOptions: ParsableArguments {
    private static let serverSetting = Setting("server", "KEZ_CHAT_SERVER", default: "kez.lat")
    private static let natsSetting = Setting("nats", "KEZ_NATS_URL", default: "nats://127.0.0.1:4222")
    private static let authoritiesSetting = Setting("nats-ca", "KEZ_NATS_CA")
    private static let urlSetting = Setting("url", "KEZ_URL")
    private static let keySetting = Setting("key", "KEZ_KEY_FILE")
    private static let asSetting = Setting("as", "KEZ_AS")
    private static let homeSetting = Setting("home", "KEZ_HOME")
    /// Where registration goes when no URL is given.
    private static let localGateway = "http://127.0.0.1:6969"

    @Option(name: .customLong("as"), help: Setting.help("The handle to act as, when there are several keys.", "KEZ_AS"))
    var alias: String?

    @Option(help: Setting.help("File with the key's seed (mode 0600).", "KEZ_KEY_FILE"))
    var key: String?

    @Option(help: Setting.help("Domain of the server: what stands after the @.", "KEZ_CHAT_SERVER", "kez.lat"))
    var server: String?

    @Option(help: Setting.help("Broker URLs, separated by commas.", "KEZ_NATS_URL", "nats://127.0.0.1:4222"))
    var nats: String?

    @Option(help: Setting.help("PEM file of the authorities to trust, for tls:// brokers.", "KEZ_NATS_CA"))
    var natsCa: String?

    @Option(
        help: Setting.help(
            "Base URL of the server's HTTP API: speaks HTTP instead of NATS. Registration is always HTTP, to "
                + "http://127.0.0.1:6969 unless this is given.", "KEZ_URL"))
    var url: String?

    @Option(help: Setting.help("Folder of keys and of what listening has reached.", "KEZ_HOME", "~/.config/kez"))
    var home: String?

    func clientOptions() throws -> ClientOptions {
        let url = Self.urlSetting.text(self.url)
        let server = try Self.serverSetting.value(self.server, "a domain such as chat.example.org") { ServerName($0) }
        let nats = Self.natsSetting.text(self.nats) ?? ""
        return ClientOptions(
            server: server.text, door: url == nil ? .nats : .http, nats: nats.split(separator: ",").map(String.init),
            natsCertificateAuthorities: Self.authoritiesSetting.text(self.natsCa), http: url ?? Self.localGateway)
    }

    func keyRing() throws -> KeyRing {
        let environment = ProcessInfo.processInfo.environment
        func named(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        // NSHomeDirectory asks the user database first, and HOME is what people set.
        let base =
            named("XDG_CONFIG_HOME")
            ?? URL(filePath: named("HOME") ?? NSHomeDirectory()).appending(path: ".config").path
        let folder = Self.homeSetting.text(self.home) ?? URL(filePath: base).appending(path: "kez").path
        return KeyRing(folder: folder, server: try self.clientOptions().server)
    }

    /// The key to act with.
    ///
    /// - Throws: `Failure` or `KeyFile.Failure` with a sentence that says what to do.
    func identity() throws -> Identity {
        if let path = Self.keySetting.text(self.key) { return Identity(try KeyFile.pair(at: path, role: .user)) }
        return try self.keyRing().identity(as: Self.asSetting.text(self.alias))
    }

    /// Connects, does `body`, and closes.
    func withClient(_ body: (KezClient) async throws -> Void) async throws {
        let identity = try self.identity()
        let trust = TrustFile(path: try self.keyRing().stateFile("contacts.json", of: identity))
        let client = try await KezClient.connect(identity: identity, options: self.clientOptions(), trust: trust)
        do {
            try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}
