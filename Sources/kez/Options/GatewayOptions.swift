import ArgumentParser
import Foundation
import Gateway
import KezCore

/// What the gateway is told.
struct GatewayOptions: ParsableArguments {
    private static let bindSetting = Setting("bind", "KEZ_CHAT_BIND", default: "0.0.0.0:6969")
    private static let internalSetting = Setting("internal-bind", "KEZ_INTERNAL_BIND", default: "127.0.0.1:6970")
    private static let sigchainSetting = Setting("sigchain-bind", "KEZ_SIGCHAIN_BIND", default: "0.0.0.0:7878")
    private static let urlSetting = Setting(
        "sig-server-url", "KEZ_CHAT_SIG_SERVER_URL", default: "http://localhost:7878")
    private static let webSetting = Setting("web-dir", "KEZ_CHAT_WEB_DIR")
    private static let publicSetting = Setting("public-nats-url", "KEZ_PUBLIC_NATS_URL")
    private static let anonymousSetting = Setting("anonymous", "KEZ_ANONYMOUS", default: "allow")
    private static let proxiesSetting = Setting("trusted-proxies", "KEZ_TRUSTED_PROXIES")
    private static let originsSetting = Setting("allowed-origins", "KEZ_ALLOWED_ORIGINS")
    private static let factorSetting = Setting("tunnel-address-factor", "KEZ_TUNNEL_ADDRESS_FACTOR", default: "8")
    private static let connectionsSetting = Setting("address-connections", "KEZ_ADDRESS_CONNECTIONS", default: "512")
    private static let registrationSetting = Setting("registration", "KEZ_REGISTRATION", default: "open")
    private static let reservedSetting = Setting("reserved-handles", "KEZ_RESERVED_HANDLES_FILE")

    @Option(help: Setting.help("Where the public HTTP API listens.", "KEZ_CHAT_BIND", "0.0.0.0:6969"))
    var bind: String?

    @Option(
        help: Setting.help(
            "Where metrics and health listen; whoever reaches it is trusted.", "KEZ_INTERNAL_BIND", "127.0.0.1:6970"))
    var internalBind: String?

    @Option(help: Setting.help("Where sigchains are served; `off` for nowhere.", "KEZ_SIGCHAIN_BIND", "0.0.0.0:7878"))
    var sigchainBind: String?

    @Option(help: Setting.help("Base of users' sigchain URLs.", "KEZ_CHAT_SIG_SERVER_URL", "http://localhost:7878"))
    var sigServerUrl: String?

    @Option(
        help: Setting.help(
            "Folder of the web client.", "KEZ_CHAT_WEB_DIR", "the one that was built or installed with this program"))
    var webDir: String?

    @Option(
        help: Setting.help(
            "WebSocket URL that clients are told.", "KEZ_PUBLIC_NATS_URL", "/nats on the host they asked"))
    var publicNatsUrl: String?

    @Option(help: Setting.help("Messages without a sender: allow or deny.", "KEZ_ANONYMOUS", "allow"))
    var anonymous: String?

    @Option(
        help: Setting.help(
            "Addresses or networks whose X-Forwarded-For is believed, separated by commas.", "KEZ_TRUSTED_PROXIES"))
    var trustedProxies: String?

    @Option(
        help: Setting.help(
            """
            Web pages that may open the tunnel, beside those of the gateway's own host: origins such as \
            https://app.example, separated by commas, or *.
            """,
            "KEZ_ALLOWED_ORIGINS"))
    var allowedOrigins: String?

    @Option(
        help: Setting.help(
            "How many times one key's tunnel budget all tunnels of an address have together.",
            "KEZ_TUNNEL_ADDRESS_FACTOR", "8"))
    var tunnelAddressFactor: String?

    @Option(
        help: Setting.help(
            "Connections of one address at a time, or off; trusted proxies have no such limit.",
            "KEZ_ADDRESS_CONNECTIONS", "512"))
    var addressConnections: String?

    @Option(
        help: Setting.help(
            "Who may register a handle: open, invite (whoever brings one of `kez invite`) or closed.",
            "KEZ_REGISTRATION", "open"))
    var registration: String?

    @Option(
        help: Setting.help("File of further reserved handles, one a line.", "KEZ_RESERVED_HANDLES_FILE"))
    var reservedHandles: String?

    func sigchainBaseURL() throws -> String {
        try Self.urlSetting.value(self.sigServerUrl, "an http or https URL") { text in
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else {
                return nil
            }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
    }

    func registrationMode() throws -> RegistrationMode {
        try Self.registrationSetting.value(self.registration, "open, invite or closed") {
            RegistrationMode(rawValue: $0)
        }
    }

    func reserved() throws -> ReservedHandles {
        guard let path = Self.reservedSetting.text(self.reservedHandles) else { return ReservedHandles() }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ValidationError("--reserved-handles: the file \(path) cannot be read.")
        }
        let names = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return ReservedHandles(additional: names.filter { !$0.isEmpty && !$0.hasPrefix("#") })
    }

    /// Everything that is the same whoever runs the gateway.
    func apply(to configuration: inout GatewayConfiguration) throws {
        configuration.bind = try Self.bindSetting.value(self.bind, "host:port") { SocketAddressSetting($0) }
        configuration.internalBind = try Self.internalSetting.value(self.internalBind, "host:port") {
            SocketAddressSetting($0)
        }
        let sigchain = Self.sigchainSetting.text(self.sigchainBind)
        configuration.sigchainBind =
            sigchain == "off"
            ? nil : try Self.sigchainSetting.value(self.sigchainBind, "host:port or off") { SocketAddressSetting($0) }
        configuration.webFolder =
            try Self.webSetting.optional(self.webDir, "a folder") { path in
                var isFolder: ObjCBool = false
                return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
                    ? path : nil
            } ?? BuiltWebFolder.ofThisProgram()
        configuration.publicNATSURL = try Self.publicSetting.optional(self.publicNatsUrl, "a ws or wss URL") { text in
            ["ws", "wss"].contains(URL(string: text)?.scheme) ? text : nil
        }
        configuration.anonymous = try Self.anonymousSetting.value(self.anonymous, "allow or deny") {
            AnonymousPolicy(rawValue: $0)
        }
        configuration.registration = try self.registrationMode()
        configuration.trustedProxies =
            try Self.proxiesSetting.optional(self.trustedProxies, "addresses or networks such as 10.0.0.0/8") { text in
                let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                let proxies = parts.compactMap { TrustedProxy($0) }
                return proxies.count == parts.count ? proxies : nil
            } ?? []
        configuration.allowedOrigins =
            try Self.originsSetting.optional(self.allowedOrigins, "origins such as https://app.example, or *") {
                AllowedOrigins($0)
            } ?? .own
        configuration.tuning.tunnelAddressFactor = try Self.factorSetting.value(
            self.tunnelAddressFactor, "a number from 1 to 10000"
        ) { text in
            Double(text).flatMap { 1...10_000 ~= $0 ? $0 : nil }
        }
        configuration.tuning.connectionsPerAddress = try Self.connectionsSetting.value(
            self.addressConnections, "a whole number from 1, or off"
        ) { text in
            if text == "off" { return Int.max }
            return Int(text).flatMap { $0 > 0 ? $0 : nil }
        }
    }
}
