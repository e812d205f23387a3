package import KezCore
package import KezRuntime
package import NKeys

/// What an inbox worker has to know.
package struct InboxWorkerConfiguration: Sendable {
    /// The shards it serves. Several workers on one shard are replicas that share its calls.
    package var shards: [Shard]
    /// The quotas by which `stats` tells that an inbox is full.
    package var limits: Limits
    /// The SQLite file of a shard's view; one process a file.
    package var databasePath: @Sendable (Shard) -> String
    package var broker: BrokerSettings
    /// The worker's login.
    package var pair: NKeyPair

    package init(
        shards: [Shard] = Shard.all, limits: Limits = Limits(), databasePath: @escaping @Sendable (Shard) -> String,
        broker: BrokerSettings, pair: NKeyPair
    ) {
        self.shards = shards
        self.limits = limits
        self.databasePath = databasePath
        self.broker = broker
        self.pair = pair
    }
}
