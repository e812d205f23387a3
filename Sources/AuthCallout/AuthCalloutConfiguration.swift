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
    /// The account key `A…` that the broker's `auth_callout` names. Whoever has it can place users in any account.
    package var issuer: NKeyPair
    /// Opens what the broker seals for the callout; the `xkey` of the broker's `auth_callout`.
    package var curve: XKeyPair
    package var clock: WallClock
    /// How long after the start, or after a reconnect, all connections are looked through.
    package var surveyDelay: ClosedRange<Duration>

    package init(
        server: ServerName, broker: BrokerSettings, pair: NKeyPair, kickPair: NKeyPair, issuer: NKeyPair,
        curve: XKeyPair, clock: WallClock = .system, surveyDelay: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
    ) {
        self.server = server
        self.broker = broker
        self.pair = pair
        self.kickPair = kickPair
        self.issuer = issuer
        self.curve = curve
        self.clock = clock
        self.surveyDelay = surveyDelay
    }
}
