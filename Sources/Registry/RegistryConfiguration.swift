package import KezCore
package import KezRuntime
package import NKeys

/// What a registry is started with.
package struct RegistryConfiguration: Sendable {
    /// The domain that handles belong to.
    package let server: ServerName
    /// Where chains are read by the public, without a trailing slash (`--sig-server-url`): the `sigchain_url`
    /// of a user is `<it>/v1/sigchains/ed25519/<hex>`.
    package let sigchainBaseURL: String
    package let reserved: ReservedHandles
    package let registration: RegistrationMode
    /// Whose invites are taken; nil takes none.
    package let inviteKey: Primary?
    package let limits: Limits
    /// The SQLite file of the view; it can be deleted while the registry is stopped.
    package let databasePath: String
    package let broker: BrokerSettings
    /// The registry's own login.
    package let pair: NKeyPair
    package let clock: WallClock

    package init(
        server: ServerName, sigchainBaseURL: String, reserved: ReservedHandles = ReservedHandles(),
        registration: RegistrationMode = .open, inviteKey: Primary? = nil,
        limits: Limits = Limits(), databasePath: String, broker: BrokerSettings, pair: NKeyPair,
        clock: WallClock = .system
    ) {
        self.server = server
        self.sigchainBaseURL = sigchainBaseURL.hasSuffix("/") ? String(sigchainBaseURL.dropLast()) : sigchainBaseURL
        self.reserved = reserved
        self.registration = registration
        self.inviteKey = inviteKey
        self.limits = limits
        self.databasePath = databasePath
        self.broker = broker
        self.pair = pair
        self.clock = clock
    }

    /// How long a call may take in all before it is answered with `unavailable`: a little less than callers wait,
    /// so that they get the answer.
    var callBudget: Duration { max(self.broker.requestTimeout - .milliseconds(400), .milliseconds(200)) }

    /// The deadline of one question to the broker. A shared read may have to wait for the one before it, so two
    /// of them fit into the budget.
    var brokerTimeout: Duration { self.callBudget / 2 - .milliseconds(100) }

    /// The user as every call shows it.
    func user(_ record: UserRecord) -> UserObject {
        UserObject(
            handle: record.handle, fqhn: FullHandle(handle: record.handle, server: self.server).text,
            primary: record.primary,
            sigchainURL: "\(self.sigchainBaseURL)/v1/sigchains/ed25519/\(record.primary.hex)",
            registeredAt: record.registeredAt, sigchain: record.chain)
    }
}
