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
    /// The account key `A…` that the broker's `auth_callout` names. Whoever has it can place users in any account.
    package var issuer: NKeyPair
    /// Opens what the broker seals for the callout; the `xkey` of the broker's `auth_callout`.
    package var curve: XKeyPair
    package var clock: WallClock

    package init(
        server: ServerName, broker: BrokerSettings, pair: NKeyPair, issuer: NKeyPair, curve: XKeyPair,
        clock: WallClock = .system
    ) {
        self.server = server
        self.broker = broker
        self.pair = pair
        self.issuer = issuer
        self.curve = curve
        self.clock = clock
    }
}
