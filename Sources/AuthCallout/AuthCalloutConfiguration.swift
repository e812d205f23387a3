package import KezCore
package import KezRuntime
package import NKeys

/// The two keys that a broker's `auth_callout` names, which change together: the curve key that opens a request
/// tells which issuer its server believes.
package struct CalloutIdentity: Sendable {
    /// The account key `A…`. Whoever has it can place users in any account.
    package let issuer: NKeyPair
    /// Opens what the broker seals for the callout; the `xkey` of the broker's `auth_callout`.
    package let curve: XKeyPair

    package init(issuer: NKeyPair, curve: XKeyPair) {
        self.issuer = issuer
        self.curve = curve
    }
}

/// What a callout needs to run.
package struct AuthCalloutConfiguration: Sendable {
    /// The domain behind the `@` of the names that connections carry.
    package var server: ServerName
    package var broker: BrokerSettings
    /// The callout's own login, a user of the account `AUTH`.
    package var pair: NKeyPair
    /// The login that finds and closes connections, a user of the account `SYS`.
    package var kickPair: NKeyPair
    /// What servers are configured with; more than one while keys change, for servers restart one by one. The first
    /// signs what comes unsealed. At least one.
    package let identities: [CalloutIdentity]
    package var clock: WallClock
    /// How long after the start, or after a reconnect, all connections are looked through.
    package var surveyDelay: ClosedRange<Duration>

    /// - Parameter others: further identities, each with its own issuer and curve key.
    package init(
        server: ServerName, broker: BrokerSettings, pair: NKeyPair, kickPair: NKeyPair, issuer: NKeyPair,
        curve: XKeyPair, others: [CalloutIdentity] = [], clock: WallClock = .system,
        surveyDelay: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
    ) {
        self.server = server
        self.broker = broker
        self.pair = pair
        self.kickPair = kickPair
        self.identities = [CalloutIdentity(issuer: issuer, curve: curve)] + others
        self.clock = clock
        self.surveyDelay = surveyDelay
    }
}
