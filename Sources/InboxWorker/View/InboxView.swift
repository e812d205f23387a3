private import Dispatch
import GRDB
package import KezCore
package import KezRuntime
package import Logging
private import Synchronization

/// The inboxes of one shard: a SQLite file that follows the shard's log, and can be deleted at any time.
///
/// Reads and writes are transactions of their own; the gates move after the commit, so whoever waited for a
/// position finds its rows.
package final class InboxView: Sendable {
    /// Rows dropped in one transaction.
    private static let trimChunk = 1000
    /// The position in the settings is written with settings; where none come, only every so often.
    private static let settingsStride: UInt64 = 1000

    package let shard: Shard
    /// Of the log this view follows.
    package let epoch: String
    /// What of the log the view holds.
    package let log: PositionGate
    /// What of the settings the view holds; it may be ahead of the file, never of what concerns the shard.
    package let settings: PositionGate
    private let file: ViewFile
    private let pool: DatabasePool
    private let held: Mutex<InboxHoldings>

    private init(shard: Shard, path: String, pool: DatabasePool, state: ViewState) throws {
        self.shard = shard
        self.file = ViewFile(open: path)
        self.pool = pool
        let inboxes = try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM inboxes") ?? 0 }
        self.held = Mutex(InboxHoldings(messages: state.messages, inboxes: inboxes))
        self.epoch = state.epoch
        self.log = PositionGate(position: state.position)
        self.settings = PositionGate(position: 0)
    }

    /// Opens the view at `path`, begun anew unless it follows the log that `head` describes.
    ///
    /// - Throws: `DatabaseError`, or what the file system says when the folder cannot be made.
    package static func open(shard: Shard, path: String, head: StreamHead, logger: Logger) async throws -> InboxView {
        try await Self.offPool {
            do {
                return try Self.openNow(shard, path, head, logger)
            } catch let error as DatabaseError where error.needsAnotherFile {
                // The schema could be read, what it describes could not.
                logger.error(
                    "a view is damaged and is built again from its log",
                    metadata: ["view.path": "\(path)", "error": "\(error.extendedResultCode)"])
                try ViewDatabase.remove(path)
                return try Self.openNow(shard, path, head, logger)
            }
        }
    }

    private static func openNow(
        _ shard: Shard, _ path: String, _ head: StreamHead, _ logger: Logger
    ) throws -> InboxView {
        let pool = try Self.openPool(path, logger: logger)
        let state = try pool.read { try ViewState($0) }
        if state.epoch == head.epoch, state.position <= head.last {
            return try InboxView(shard: shard, path: path, pool: pool, state: state)
        }
        guard state.epoch.isEmpty else {
            logger.warning(
                "the log is another one or went back: the view is built again",
                metadata: [
                    "inbox.shard": "\(shard)", "inbox.position": "\(state.position)", "log.last": "\(head.last)",
                ])
            try pool.close()
            try ViewDatabase.remove(path)
            return try Self.begin(shard, path, try Self.openPool(path, logger: logger), epoch: head.epoch)
        }
        return try Self.begin(shard, path, pool, epoch: head.epoch)
    }

    private static func openPool(_ path: String, logger: Logger) throws -> DatabasePool {
        try ViewDatabase.open(path, version: InboxSchema.version, logger: logger) { try InboxSchema.create($0) }
    }

    private static func begin(_ shard: Shard, _ path: String, _ pool: DatabasePool, epoch: String) throws -> InboxView {
        let state = try pool.write { database in
            var state = try ViewState(database)
            state.epoch = epoch
            try state.save(database)
            return state
        }
        return try InboxView(shard: shard, path: path, pool: pool, state: state)
    }

    /// Closes the file, and removes it if it shall be built again.
    package func close(discarding: Bool = false) async throws {
        try await Self.offPool {
            try self.pool.close()
            if discarding { try ViewDatabase.remove(self.file.path) }
        }
    }

    /// Opening and closing wait for the disk: not on the cooperative pool.
    private static func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    // MARK: Writing

    /// Applies the log's next messages and their position in one transaction.
    @discardableResult
    package func apply(_ entries: [LogEntry]) async throws -> ApplyOutcome {
        let outcome = try await self.pool.write { database in
            var transaction = try InboxTransaction(database)
            for entry in entries { try transaction.apply(entry) }
            try transaction.finish()
            return transaction.outcome
        }
        self.committed(outcome)
        return outcome
    }

    private func committed(_ outcome: ApplyOutcome) {
        self.held.withLock { held in
            held.messages += outcome.messagesAdded
            held.inboxes += outcome.inboxesAdded
        }
        self.log.advance(to: outcome.position)
    }

    /// Notes that the log holds nothing from the position to `last`.
    package func skip(to last: UInt64) async throws {
        let outcome = try await self.pool.write { database in
            var transaction = try InboxTransaction(database)
            try transaction.skip(to: last)
            try transaction.finish()
            return transaction.outcome
        }
        self.committed(outcome)
    }

    /// Drops what the log no longer holds.
    ///
    /// - Parameters:
    ///   - first: first sequence the log holds.
    ///   - chunks: transactions at the most.
    /// - Returns: whether all of it is gone.
    package func trim(below first: UInt64, chunks: Int = 4) async throws -> Bool {
        let isTrimmed = try await self.pool.read { database in
            guard try ViewState(database).floor >= first else { return false }
            let lowest = try Int64.fetchOne(database, sql: "SELECT seq FROM messages ORDER BY seq LIMIT 1")
            return lowest.map { UInt64(clamping: $0) >= first } ?? true
        }
        if isTrimmed { return true }
        for _ in 0..<chunks {
            let (isDone, outcome) = try await self.pool.write { database in
                var transaction = try InboxTransaction(database)
                let isDone = try transaction.trim(below: first, limit: Self.trimChunk)
                try transaction.finish()
                return (isDone, transaction.outcome)
            }
            self.committed(outcome)
            if isDone { return true }
        }
        return false
    }

    /// Makes ready for the stream of settings `epoch`, which ends at `last`.
    ///
    /// - Returns: the position to read on from.
    package func prepareSettings(epoch: String, last: UInt64) async throws -> UInt64 {
        let reached = self.settings.position
        let position = try await self.pool.write { database in
            try SettingsTransaction.prepare(epoch: epoch, last: last, reached: reached, in: database)
        }
        if let position { self.settings.advance(to: position) } else { self.settings.move(to: 0) }
        return self.settings.position
    }

    /// Applies settings of this shard's owners; the stream was read up to `position`.
    package func apply(_ records: [SettingsRecord], position: UInt64) async throws {
        let isDue = position / Self.settingsStride != self.settings.position / Self.settingsStride
        if !records.isEmpty || isDue {
            try await self.pool.write { try SettingsTransaction.apply(records, position: position, to: $0) }
        }
        self.settings.advance(to: position)
    }

    // MARK: Reading

    package func page(of owner: Primary, _ request: InboxListRequest, head: StreamHead) async throws -> InboxPage {
        try await self.pool.read { database in
            try InboxQueries.page(of: owner, request, first: head.first, epoch: head.epoch, in: database)
        }
    }

    package func head(of owner: Primary) async throws -> InboxHead {
        let counters = try await self.pool.read { try InboxQueries.counters(of: owner, in: $0) }
        return InboxHead(lastSeq: UInt64(clamping: counters.last), epoch: self.epoch)
    }

    package func stats(of owner: Primary, limits: Limits) async throws -> InboxStats {
        let counters = try await self.pool.read { try InboxQueries.counters(of: owner, in: $0) }
        return InboxStats(
            messages: counters.messages, bytes: counters.bytes, lastSeq: UInt64(clamping: counters.last),
            isOverQuota: counters.messages >= limits.inboxMessages || counters.bytes >= limits.inboxBytes,
            anonymous: counters.anonymous)
    }

    package func settings(of owner: Primary) async throws -> InboxSettings {
        try await self.pool.read { try InboxQueries.settings(of: owner, in: $0) }
    }

    package func wouldDelete(_ deletion: InboxDeleteRequest, of owner: Primary) async throws -> Bool {
        try await self.pool.read { try InboxQueries.wouldDelete(deletion, of: owner, in: $0) }
    }

    package func deleted(by control: UInt64) async throws -> Int {
        try await self.pool.read { try InboxQueries.deleted(by: control, in: $0) }
    }

    /// Whether the log has lost messages that the view read: somebody's data was erased. The position must
    /// be at `head.last` or behind it.
    package func lacksErasure(_ head: StreamHead) async throws -> Bool {
        guard head.holes > 0, head.first <= head.last else { return false }
        return try await self.pool.read { database in
            try InboxQueries.holes(in: head.first...head.last, of: database) < head.holes
        }
    }

    /// What is in all inboxes of the shard, from memory.
    package var holdings: InboxHoldings { self.held.withLock { $0 } }

    /// Bytes on disk, and whether the file is where it was opened.
    package func fileState() async -> (bytes: Int, isInPlace: Bool) {
        let file = self.file
        // Nothing in it throws.
        return (try? await Self.offPool { (file.bytes, file.isInPlace) }) ?? (0, true)
    }
}
