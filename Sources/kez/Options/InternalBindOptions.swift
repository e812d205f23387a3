import ArgumentParser
import Gateway

/// Where a role that speaks no HTTP shows its health and metrics.
struct InternalBindOptions: ParsableArguments {
    @Option(
        help: Setting.help(
            "Where metrics and health listen, `off` for nowhere; whoever reaches it is trusted.", "KEZ_INTERNAL_BIND",
            "127.0.0.1 and 6971 for the registry, 6972 for the inbox worker, 6973 for the callout"))
    var internalBind: String?

    func address(default fallback: String) throws -> SocketAddressSetting? {
        try Self.address(self.internalBind, default: fallback)
    }

    /// - Returns: nil when it is switched off.
    static func address(_ given: String?, default fallback: String) throws -> SocketAddressSetting? {
        let setting = Setting("internal-bind", "KEZ_INTERNAL_BIND", default: fallback)
        if setting.text(given) == "off" { return nil }
        return try setting.value(given, "host:port or off") { SocketAddressSetting($0) }
    }
}
