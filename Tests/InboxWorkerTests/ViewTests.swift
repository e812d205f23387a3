import Foundation
import GRDB
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import Logging
import Testing

/// A view that is fed by hand.
struct HandFed {
    let folder: TemporaryFolder
    let path: String
    let view: InboxView

    init(_ folder: TemporaryFolder? = nil, _ name: String = "view.db", last: UInt64 = 1_000_000) async throws {
        self.folder = try folder ?? TemporaryFolder("view")
        self.path = self.folder.file(name)
        self.view = try await InboxView.open(
            shard: .a, path: self.path, head: StreamHead(first: 1, last: last, epoch: "e"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func page(_ owner: Primary, since: UInt64 = 0, limit: Int64 = 500, first: UInt64 = 1) async throws -> InboxPage {
        try await self.view.page(
            of: owner, InboxListRequest(since: since, limit: limit),
            head: StreamHead(first: first, last: 1_000_000, epoch: "e"))
    }

    func close() async throws { try await self.view.close() }
}

/// The rules as one reads them: a fold over everything the log holds now.
struct SlowInbox {
    var listed: [UInt64: [UInt8]] = [:]
    var anonymous: Set<UInt64> = []

    init(_ log: [LogEntry], of owner: Primary) {
        var seen: Set<String> = []
        for entry in log {
            switch entry.record {
            case .message(owner, let from, let id, let envelope):
                if let id, let from, !seen.insert("\(from) \(id)").inserted { continue }
                self.listed[entry.sequence] = envelope
                if from == nil { self.anonymous.insert(entry.sequence) }
            case .deletion(owner, .upTo(let last)):
                for seq in self.listed.keys where seq <= last { self.listed[seq] = nil }
            case .deletion(owner, .seqs(let seqs)):
                for seq in seqs { self.listed[seq] = nil }
            default: break
            }
        }
        self.anonymous.formIntersection(self.listed.keys)
    }

    var stats: InboxStats {
        InboxStats(
            messages: self.listed.count, bytes: self.listed.values.reduce(0) { $0 + $1.count },
            lastSeq: self.listed.keys.max() ?? 0, isOverQuota: false, anonymous: self.anonymous.count)
    }
}

@Suite struct ViewTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")

    private func message(_ seq: UInt64, _ id: MessageID? = nil, from: Primary?? = nil, size: Int = 20) -> LogEntry {
        let from: Primary? = from ?? self.peer
        return LogEntry(
            sequence: seq, time: Int64(seq) * 1_000_000_000,
            record: .message(to: self.owner, from: from, id: id, envelope: Envelopes.object(size: size)))
    }

    private func deletion(_ seq: UInt64, _ deletion: InboxDeleteRequest, of owner: Primary? = nil) -> LogEntry {
        LogEntry(sequence: seq, time: 0, record: .deletion(owner: owner ?? self.owner, deletion))
    }

    /// The view against a slow fold, over random logs, deletes and retention; and against a view built anew.
    @Test(arguments: 0..<12)
    func theViewIsAFunctionOfWhatTheLogHolds(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder("fuzz")
        let fed = try await HandFed(folder)
        let owners = [self.owner, Primary.random()]
        let senders: [Primary?] = [self.peer, Primary.random(in: "2"), nil]
        let ids = (0..<4).map { _ in MessageID.random() }
        var log: [LogEntry] = []
        var seq: UInt64 = 0
        for round in 0..<12 {
            var batch: [LogEntry] = []
            for _ in 0..<Int.random(in: 1...25, using: &random) {
                seq += 1
                let owner = owners[Int.random(in: 0..<2, using: &random)]
                let record: LogRecord
                switch Int.random(in: 0..<10, using: &random) {
                case 0: record = .noise
                case 1: record = .deletion(owner: owner, .upTo(.random(in: 0...(seq + 3), using: &random)))
                case 2:
                    let seqs = (0..<4).map { _ in UInt64.random(in: 0...(seq + 3), using: &random) }
                    record = .deletion(owner: owner, .seqs(seqs))
                default:
                    let from = senders[Int.random(in: 0..<3, using: &random)]
                    let id = from == nil || Bool.random(using: &random) ? nil : ids.randomElement(using: &random)
                    let size = Int.random(in: 8...300, using: &random)
                    record = .message(to: owner, from: from, id: id, envelope: Envelopes.object(size: size))
                }
                batch.append(LogEntry(sequence: seq, time: Int64(seq), record: record))
            }
            log += batch
            try await fed.view.apply(batch)
            if Bool.random(using: &random) {
                let first = UInt64.random(in: log[0].sequence...seq, using: &random)
                log.removeAll { $0.sequence < first }
                #expect(try await fed.view.trim(below: first))
            }
            let first = log[0].sequence
            let fresh = try await HandFed(folder, "fresh-\(round).db")
            try await fresh.view.apply(log)
            for owner in owners {
                let slow = SlowInbox(log, of: owner)
                let page = try await fed.page(owner, first: first)
                #expect(page.messages.map(\.seq) == slow.listed.keys.sorted())
                #expect(page.messages.map(\.envelope) == slow.listed.sorted { $0.key < $1.key }.map(\.value))
                #expect(try await fed.view.stats(of: owner, limits: Limits()) == slow.stats)
                #expect(try await fresh.page(owner, first: first).bytes == page.bytes)
                #expect(try await fresh.view.stats(of: owner, limits: Limits()) == slow.stats)
            }
            #expect(fed.view.holdings.messages == owners.reduce(0) { $0 + SlowInbox(log, of: $1).listed.count })
            try await self.recount(fed.path)
            let inboxes = try await DatabaseQueue(path: fed.path).read { database in
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM inboxes")
            }
            #expect(fed.view.holdings.inboxes == inboxes)
            #expect(fresh.view.holdings == fed.view.holdings)
            try await fresh.close()
        }
        try await fed.close()
    }

    /// What is kept incrementally is what counting gives, row by row.
    private func recount(_ path: String) async throws {
        let wrong = try await DatabaseQueue(path: path).read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*) FROM inboxes WHERE held = 0 OR (held, messages, bytes, anonymous, last) != (
                        SELECT COUNT(*), IFNULL(SUM(shown), 0), IFNULL(SUM(shown * size), 0),
                            IFNULL(SUM(shown AND sender IS NULL), 0), IFNULL(MAX(shown * seq), 0)
                        FROM (SELECT *, is_deleted = 0 AND is_repeat = 0 AS shown FROM messages
                            WHERE inbox = inboxes.id))
                    """)
        }
        #expect(wrong == 0)
    }

    @Test func whatIsAppliedTwiceCountsOnce() async throws {
        let fed = try await HandFed()
        let batch = [self.message(1), self.message(2), self.deletion(3, .seqs([1]))]
        try await fed.view.apply(batch)
        try await fed.view.apply(batch + [self.message(4)])
        #expect(try await fed.page(self.owner).messages.map(\.seq) == [2, 4])
        #expect(try await fed.view.stats(of: self.owner, limits: Limits()).messages == 2)
        #expect(try await fed.view.deleted(by: 3) == 1)
        try await fed.close()
    }

    @Test func aRepeatTakesThePlaceOfWhatTheLogDropped() async throws {
        let fed = try await HandFed()
        let id = MessageID.random()
        try await fed.view.apply([self.message(1, id), self.message(2), self.message(3, id), self.message(4, id)])
        #expect(try await fed.page(self.owner).messages.map(\.seq) == [1, 2])
        #expect(try await fed.view.trim(below: 2))
        #expect(try await fed.page(self.owner, first: 2).messages.map(\.seq) == [2, 3])
        #expect(try await fed.view.stats(of: self.owner, limits: Limits()).lastSeq == 3)
        // Deleted, it still holds the place of the fourth.
        try await fed.view.apply([self.deletion(5, .seqs([3]))])
        #expect(try await fed.page(self.owner, first: 2).messages.map(\.seq) == [2])
        try await fed.close()
    }

    @Test func aDeletedRepeatStaysDeletedWhenItMovesUp() async throws {
        let fed = try await HandFed()
        let id = MessageID.random()
        try await fed.view.apply([self.message(1, id), self.message(2, id), self.deletion(3, .upTo(2))])
        #expect(try await fed.view.deleted(by: 3) == 1)
        #expect(try await fed.view.trim(below: 2))
        #expect(try await fed.page(self.owner, first: 2).messages.isEmpty)
        try await fed.close()
    }

    @Test func aDeleteReachesOnlyWhatCameBeforeItAndOnlyItsOwners() async throws {
        let fed = try await HandFed()
        let other = Primary.random()
        try await fed.view.apply([
            self.message(1), self.deletion(2, .upTo(100)), self.message(3), self.deletion(4, .seqs([5, 6])),
            self.message(5), self.deletion(6, .upTo(100), of: other),
        ])
        #expect(try await fed.page(self.owner).messages.map(\.seq) == [3, 5])
        #expect(try await fed.view.wouldDelete(.upTo(2), of: self.owner) == false)
        #expect(try await fed.view.wouldDelete(.upTo(3), of: self.owner))
        #expect(try await fed.view.wouldDelete(.seqs([1, 2, 4]), of: self.owner) == false)
        #expect(try await fed.view.wouldDelete(.upTo(100), of: other) == false)
        try await fed.close()
    }

    @Test func deletedEnvelopesLeaveTheFile() async throws {
        let fed = try await HandFed()
        try await fed.view.apply([self.message(1, size: 5000), self.deletion(2, .upTo(1))])
        let kept = try await DatabaseQueue(path: fed.path).read { database in
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM messages WHERE envelope IS NOT NULL")
        }
        #expect(kept == 0)
        try await fed.close()
    }

    @Test func retentionIsBoundedWorkATime() async throws {
        let fed = try await HandFed()
        try await fed.view.apply((1...2500).map { self.message(UInt64($0)) })
        #expect(try await fed.view.trim(below: 2501, chunks: 1) == false)
        // The rest is not shown already.
        #expect(try await fed.page(self.owner).messages.isEmpty)
        #expect(try await fed.page(self.owner).oldest == 2501)
        #expect(try await fed.view.trim(below: 2501, chunks: 1) == false)
        #expect(try await fed.view.trim(below: 2501, chunks: 1))
        #expect(try await fed.view.trim(below: 2501, chunks: 0))
        #expect(fed.view.holdings.messages == 0)
        try await fed.close()
    }

    @Test func aViewOfAnotherLogIsBegunAnew() async throws {
        let fed = try await HandFed()
        try await fed.view.apply([self.message(1)])
        try await fed.close()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        for (epoch, last, kept) in [("e", UInt64(1), 1), ("e", 0, 0), ("f", 9, 0)] {
            let view = try await InboxView.open(
                shard: .a, path: fed.path, head: StreamHead(first: 1, last: last, epoch: epoch),
                logger: logger)
            #expect(view.holdings.messages == kept)
            #expect(view.log.position == UInt64(kept))
            try await view.close()
        }
    }

    @Test func erasuresAreSeen() async throws {
        let fed = try await HandFed()
        try await fed.view.apply([1, 2, 5, 6].map { self.message($0) })
        func lacks(first: UInt64, last: UInt64, holes: UInt64) async throws -> Bool {
            try await fed.view.lacksErasure(StreamHead(first: first, last: last, epoch: "e", holes: holes))
        }
        #expect(try await lacks(first: 1, last: 6, holes: 0) == false)
        #expect(try await lacks(first: 1, last: 6, holes: 2) == false)
        #expect(try await lacks(first: 1, last: 6, holes: 3))
        #expect(try await lacks(first: 4, last: 6, holes: 1) == false)
        #expect(try await lacks(first: 5, last: 6, holes: 1))
        try await fed.view.skip(to: 9)
        #expect(try await lacks(first: 5, last: 9, holes: 3) == false)
        #expect(fed.view.log.position == 9)
        try await fed.close()
    }
}

/// SplitMix64: the same sequence for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
