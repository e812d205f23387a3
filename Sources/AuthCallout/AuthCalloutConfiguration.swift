package import KezCore
package import KezRuntime
package import NKeys

/// What a callout needs to run.
package struct AuthCalloutConfiguration: Sendable {
    /// The domain behind the `@` of the names that connections carry.
    package var server: ServerName
    package var broker: BrokerSettings
    /// The callout's own login, a user of the account `AUTH`.
    package var pair: NKeyPair
    /// The login that finds and closes connections, a user of the account `SYS`.
    package var kickPair: NKeyPair
    /// What servers are configured with. It signs what comes unsealed.
    package let identity: CalloutKeyPair
    /// What others are configured with while keys change, for servers restart one by one.
    package let others: [CalloutKeyPair]
    package var clock: WallClock
    /// How long after the start, or after a reconnect, all connections are looked through.
    package var surveyDelay: ClosedRange<Duration>

    package init(
        server: ServerName, broker: BrokerSettings, pair: NKeyPair, kickPair: NKeyPair,
        identity: CalloutKeyPair, others: [CalloutKeyPair] = [], clock: WallClock = .system,
        surveyDelay: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
    ) {
        self.server = server
        self.broker = broker
        self.pair = pair
        self.kickPair = kickPair
        self.identity = identity
        self.others = others
        self.clock = clock
        self.surveyDelay = surveyDelay
    }
}
