import Dispatch
import GRDB
import KezCore
import KezRuntime
import Logging
import Synchronization

/// The registry's view: a SQLite file that follows the log, and the gate that tells how far it is.
///
/// Rows and position change in one transaction. Two tasks bring events, the follower and the writer; the
/// database takes one of them at a time, and an event that is in already is passed over.
final class RegistryView: Sendable {
    private struct Contents {
        var pool: DatabasePool
        /// Of the log that the view follows; empty for a view that was not begun.
        var epoch: String
    }

    /// The stream's sequence that the view has reached.
    let gate: PositionGate
    private let path: String
    private let logger: Logger
    private let contents: Mutex<Contents>
    /// Told of damage that a query meets.
    private let phase: RegistryPhase

    /// Opens the view, or begins an empty one.
    ///
    /// - Throws: `DatabaseError` when the folder cannot be written.
    static func open(_ path: String, phase: RegistryPhase, logger: Logger) async throws -> RegistryView {
        let (pool, state) = try await self.openPool(path, logger)
        return RegistryView(path: path, pool: pool, state: state, phase: phase, logger: logger)
    }

    private init(path: String, pool: DatabasePool, state: LogState, phase: RegistryPhase, logger: Logger) {
        self.path = path
        self.logger = logger
        self.phase = phase
        self.gate = PositionGate(position: state.seq)
        self.contents = Mutex(Contents(pool: pool, epoch: state.epoch))
    }

    private static func openPool(_ path: String, _ logger: Logger) async throws -> (DatabasePool, LogState) {
        try await DatabaseCalls.run {
            let open = {
                try ViewDatabase.open(
                    path, version: RegistrySchema.version, migrations: RegistryMigrations.steps, logger: logger,
                    create: RegistrySchema.create)
            }
            let pool = try open()
            do {
                return (pool, try pool.read { try LogState.fetch($0) })
            } catch let error as DatabaseError where ViewDatabase.isDamage(error) {
                // The file's first page may be whole, and the position not.
                logger.error(
                    "a view is damaged and is built again from its log",
                    metadata: ["view.path": "\(path)", "error": "\(error.resultCode)"])
                try? pool.close()
                try ViewDatabase.remove(path)
                let fresh = try open()
                return (fresh, try fresh.read { try LogState.fetch($0) })
            }
        }
    }

    /// The database that is open now.
    var pool: DatabasePool { self.contents.withLock { $0.pool } }
    var epoch: String { self.contents.withLock { $0.epoch } }

    /// Answers a question out of one state of the view.
    ///
    /// - Throws: what `body` refuses with; `unavailable` when the database fails.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (RegistryQueries) throws -> Answer
    ) async throws(KezError) -> Answer {
        let (pool, generation) = (self.pool, self.phase.generation)
        do {
            return try await pool.read { try body(RegistryQueries($0)) }
        } catch let error as KezError {
            throw error
        } catch {
            self.met(error, in: generation)
            throw KezError(.unavailable)
        }
    }

    /// Takes events in the order of the stream; those that are in already are passed over.
    ///
    /// - Parameter position: unless the view is exactly there, nothing is taken. For a writer, which brings its
    ///   own event; the follower knows of no gap.
    /// - Returns: the first event that is missing without an explanation so far.
    /// - Throws: `RegistryLogError` and `UnusableEvent` where the log cannot be trusted; `DatabaseError`;
    ///   `CancellationError`.
    @discardableResult
    func apply(_ events: [LoggedEvent], onlyAt position: UInt64? = nil) async throws -> RegistryLogError? {
        let (pool, generation) = (self.pool, self.phase.generation)
        let gate = self.gate
        do {
            return try await pool.write { database in
                var state = try LogState.fetch(database)
                let before = state.seq
                guard position == nil || position == before else { return nil }
                for logged in events where logged.seq > state.seq {
                    do {
                        try state.follow(logged, database)
                        try EventEffects.apply(logged.event, database)
                    } catch let error as KezError {
                        throw UnusableEvent(seq: logged.seq, reason: "\(error)")
                    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                        throw UnusableEvent(seq: logged.seq, reason: "it contradicts an event before it")
                    }
                }
                guard state.seq > before else { return try LogState.firstGap(database) }
                try state.save(database)
                // On the database's own queue, so that the gate never moves back.
                let reached = state.seq
                database.afterNextTransaction { _ in gate.move(to: reached) }
                return try LogState.firstGap(database)
            }
        } catch {
            self.met(error, in: generation)
            throw error
        }
    }

    /// The first event that is missing without an explanation so far.
    func firstGap() async throws -> RegistryLogError? {
        try await self.pool.read { try LogState.firstGap($0) }
    }

    /// Notes which log the view follows, when it is still empty.
    func begin(epoch: String) async throws {
        let pool = self.pool
        try await pool.write { database in
            var state = try LogState.fetch(database)
            state.epoch = epoch
            try state.save(database)
        }
        self.contents.withLock { $0.epoch = epoch }
    }

    /// Drops everything; the log gives it back.
    func rebuild() async throws {
        let old = self.pool
        let path = self.path
        try await DatabaseCalls.run {
            // SQLite removes the log of a database that is closed by its name: that must happen before a new file
            // has it. A damaged one may fail to close; its connections are gone all the same.
            try? old.close()
            try ViewDatabase.remove(path)
        }
        let (pool, state) = try await Self.openPool(path, self.logger)
        self.contents.withLock { contents in
            contents.pool = pool
            contents.epoch = state.epoch
        }
        self.gate.move(to: state.seq)
    }

    /// Waits for what is under way, then closes the file.
    func close() async {
        let pool = self.pool
        try? await DatabaseCalls.run { try pool.close() }
    }

    private func met(_ error: any Error, in generation: Int) {
        // A cancelled task interrupts its statement.
        guard let error = error as? DatabaseError, ![.SQLITE_INTERRUPT, .SQLITE_ABORT].contains(error.resultCode)
        else { return }
        self.logger.error(
            "the registry's view failed",
            metadata: ["view.path": "\(self.path)", "error": "\(error.extendedResultCode)"])
        if ViewDatabase.isDamage(error) { self.phase.want(.rebuild, in: generation) }
    }
}

/// An event of the log that this version cannot take: nothing after it can be trusted.
struct UnusableEvent: Error, Equatable, CustomStringConvertible {
    let seq: UInt64
    let reason: String

    var description: String { "the registry's log holds at sequence \(self.seq) what is no event: \(self.reason)" }
}

/// Runs calls that open or close databases, and so block, away from the cooperative pool.
enum DatabaseCalls {
    private static let queue = DispatchQueue(label: "kez.registry.database")

    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
