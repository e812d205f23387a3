import ArgumentParser

/// Where the broker listens: `kez up` runs one so, `kez init` writes it into the configuration.
struct BrokerListenOptions: ParsableArguments {
    private static let listenSetting = Setting("nats-listen", "KEZ_NATS_LISTEN", default: "127.0.0.1:4222")
    private static let websocketSetting = Setting(
        "nats-websocket-listen", "KEZ_NATS_WEBSOCKET_LISTEN", default: "127.0.0.1:8443")
    private static let monitorSetting = Setting(
        "nats-monitor-listen", "KEZ_NATS_MONITOR_LISTEN", default: "127.0.0.1:8222")

    @Option(help: Setting.help("Where the broker takes clients.", "KEZ_NATS_LISTEN", "127.0.0.1:4222"))
    var natsListen: String?

    @Option(
        help: Setting.help("Where the broker takes WebSockets.", "KEZ_NATS_WEBSOCKET_LISTEN", "127.0.0.1:8443"))
    var natsWebsocketListen: String?

    @Option(help: Setting.help("Where the broker shows its state.", "KEZ_NATS_MONITOR_LISTEN", "127.0.0.1:8222"))
    var natsMonitorListen: String?

    func clients() throws -> ListenAddress { try Self.address(Self.listenSetting, self.natsListen) }

    func websocket() throws -> ListenAddress { try Self.address(Self.websocketSetting, self.natsWebsocketListen) }

    func monitor() throws -> ListenAddress { try Self.address(Self.monitorSetting, self.natsMonitorListen) }

    private static func address(_ setting: Setting, _ given: String?) throws -> ListenAddress {
        try setting.value(given, "host:port") { ListenAddress($0) }
    }
}
