import Gateway
import KezCore
import KezRuntime
import NKeys

extension GatewayOptions {
    /// Reads every option as a gateway's start reads it, for `kez doctor`.
    ///
    /// - Throws: what would keep the gateway from starting.
    func checkedValues(server: ServerName, broker: BrokerSettings) throws -> SettingChecks.Values {
        // A gateway that is never started: the key is nobody's.
        var configuration = GatewayConfiguration(server: server, broker: broker, pair: .generate(role: .user))
        try self.apply(to: &configuration)
        return SettingChecks.Values(
            server: server.text, sigchainURL: try self.sigchainBaseURL(), internalHost: configuration.internalBind.host,
            trustsEveryone: configuration.trustedProxies.contains(where: self.isEverybody))
    }

    /// Whether it is a network of all addresses: two that share not even their first bit are in it.
    private func isEverybody(_ proxy: TrustedProxy) -> Bool {
        [["1.1.1.1", "203.0.113.1"], ["2001:db8::1", "fd00::1"]].contains { pair in
            pair.compactMap { IPAddress($0) }.allSatisfy { proxy.contains($0) }
        }
    }
}
