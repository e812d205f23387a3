import Foundation
import GRDB
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@Suite struct RebuildTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")
    let other = Primary.random(in: "2")

    /// Sends, repeats, deletes and blocks, by which every call has something to tell.
    private func fill(_ scene: Scene) async throws {
        let id = MessageID.random()
        for number in 0..<12 {
            let from = number.isMultiple(of: 3) ? self.other : self.peer
            try await scene.send(
                Envelopes.attributed(from: from, to: self.owner, text: "\(number)"), to: self.owner, from: from)
        }
        for text in ["a", "b"] {
            try await scene.send(
                Envelopes.attributed(id: id, from: self.peer, to: self.owner, text: text), to: self.owner,
                from: self.peer)
        }
        try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
        #expect(try await scene.delete(self.owner, #"{"up_to":2}"#) == 2)
        #expect(try await scene.delete(self.owner, #"{"seqs":[5,7]}"#) == 2)
        _ = try await scene.settings(self.owner, #"{"blocked":["\#(self.other)"],"anonymous":false}"#)
        try await scene.send(Envelopes.anonymous("after"), to: self.owner, from: self.peer)
    }

    private func answersOfAWorker(_ scene: Scene) async throws -> [String] {
        try await scene.withWorker { try await scene.answers(self.owner) }
    }

    @Test func aDeletedViewGivesTheSameAnswers() async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene)
            return try await scene.answers(self.owner)
        }
        #expect(before[0].contains("after"))
        #expect(try await self.answersOfAWorker(scene) == before)
        try scene.removeView()
        #expect(try await self.answersOfAWorker(scene) == before)
    }

    @Test func aDamagedViewIsBuiltAgain() async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene)
            return try await scene.answers(self.owner)
        }
        let path = scene.path(.a)
        try ViewDatabase.remove(path)
        try Data("this is no database at all, ".utf8 + [UInt8](repeating: 7, count: 10_000)).write(
            to: URL(filePath: path))
        #expect(try await self.answersOfAWorker(scene) == before)
    }

    @Test func aViewDamagedWhileItServesIsBuiltAgain() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            try await self.fill(scene)
            let before = try await scene.answers(self.owner)
            let file = try DatabaseQueue(path: scene.path(.a))
            try await file.write { try $0.execute(sql: "DROP TABLE messages") }
            try file.close()
            try await eventually("the same answers again") { (try? await scene.answers(self.owner)) == before }
        }
    }

    @Test func retentionPromotesARepeat() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            let id = MessageID.random()
            for _ in 0..<2 {
                try await scene.send(
                    Envelopes.attributed(id: id, from: self.peer, to: self.owner), to: self.owner, from: self.peer)
            }
            let third = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            #expect(try await scene.seqs(self.owner) == [1, third])
            // The first message of a log leaves it as an old one does: the log begins behind it.
            try await scene.operating { try await $0.deleteMessage(1, from: "KEZ_LOG_a") }
            let page = try await scene.page(self.owner)
            #expect(page.messages.map(\.seq) == [2, third])
            #expect(page.oldest == 2 && page.truncated)
            #expect(try await scene.stats(self.owner).messages == 2)
        }
        let before = try await self.answersOfAWorker(scene)
        try scene.removeView()
        #expect(try await self.answersOfAWorker(scene) == before)
    }

    @Test func anEmptiedLogEmptiesTheInbox() async throws {
        let scene = try await Scene()
        let before = try await scene.withWorker {
            try await self.fill(scene)
            try await scene.operating { try await $0.purgeStream("KEZ_LOG_a") }
            let page = try await scene.page(self.owner)
            #expect(page.messages.isEmpty && page.truncated)
            #expect(
                try await scene.stats(self.owner) == InboxStats(messages: 0, bytes: 0, lastSeq: 0, isOverQuota: false))
            return try await scene.answers(self.owner)
        }
        try scene.removeView()
        #expect(try await self.answersOfAWorker(scene) == before)
    }

    @Test func whatIsErasedFromTheLogLeavesTheView() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            for _ in 0..<5 { try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer) }
            #expect(try await scene.seqs(self.owner) == [1, 2, 3, 4, 5])
            try await scene.operating { try await $0.deleteMessage(3, from: "KEZ_LOG_a") }
            try await eventually("message 3 is gone") { (try? await scene.seqs(self.owner)) == [1, 2, 4, 5] }
            // Behind the last message that is held, nothing will ever come.
            try await scene.operating { try await $0.deleteMessage(5, from: "KEZ_LOG_a") }
            try await eventually("message 5 is gone") { (try? await scene.seqs(self.owner)) == [1, 2, 4] }
            #expect(try await scene.head(self.owner).lastSeq == 4)
            let sixth = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
            #expect(try await scene.seqs(self.owner) == [1, 2, 4, sixth])
        }
    }

    @Test func erasedSettingsDoNotHoldAFreshViewUp() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            _ = try await scene.settings(self.owner, #"{"anonymous":false}"#)
            _ = try await scene.settings(Primary.random(), #"{"anonymous":false}"#)
        }
        try await scene.operating { try await $0.deleteMessage(2, from: "KEZ_SETTINGS") }
        try scene.removeView()
        let settings = try await scene.withWorker { try await scene.settings(self.owner) }
        #expect(settings.anonymous == false)
    }

    @Test func theOperatorsMarkChangesTheEpoch() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            let before = try await scene.page(self.owner)
            try await scene.operating { jetStream in
                var stream = try await jetStream.streamInfo("KEZ_LOG_a").config
                stream.metadata?[ExpectedStreams.epochKey] = "restored"
                _ = try await jetStream.updateStream(stream)
            }
            try await eventually("another epoch") {
                guard let page = try? await scene.page(self.owner) else { return false }
                return page.epoch != before.epoch && page.messages.map(\.seq) == [seq]
            }
        }
    }

    @Test func aRecreatedLogIsAnotherInbox() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            for _ in 0..<3 { try await scene.send(Envelopes.anonymous("old"), to: self.owner, from: nil) }
            let before = try await scene.page(self.owner)
            try await scene.operating { jetStream in
                try await jetStream.deleteStream("KEZ_LOG_a")
                _ = try await jetStream.createStream(
                    ExpectedStreams(limits: scene.deployment.limits).log(.a))
            }
            let seq = try await scene.send(Envelopes.anonymous("new"), to: self.owner, from: nil)
            #expect(seq == 1)
            try await eventually("the new log's message") {
                guard let page = try? await scene.page(self.owner) else { return false }
                return page.epoch != before.epoch && page.messages.map(\.envelope) == [Envelopes.anonymous("new")]
            }
        }
    }

    @Test func recreatedSettingsForgetTheOldOnes() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            _ = try await scene.settings(self.owner, #"{"anonymous":false}"#)
            try await scene.operating { jetStream in
                try await jetStream.deleteStream(StreamNames.settings)
                _ = try await jetStream.createStream(ExpectedStreams(limits: scene.deployment.limits).settings)
            }
            try await eventually("the defaults are in force") {
                (try? await scene.settings(self.owner)) == InboxSettings()
            }
            let mine = try await scene.settings(self.owner, #"{"blocked":["\#(self.peer)"]}"#)
            #expect(try await scene.settings(self.owner) == mine)
        }
    }

    /// Killed again and again at whatever message it was, a worker applies each once.
    @Test func aKilledWorkerGoesOnWhereItWas() async throws {
        let scene = try await Scene()
        try await scene.send(
            (0..<5000).map { Envelopes.anonymous("\($0)") }, to: self.owner, from: self.peer)
        for kill in 1...6 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let service = scene.service()
                group.addTask { try await service.run() }
                try await eventually("the view has moved on") {
                    let position = try? await DatabaseQueue(path: scene.path(.a)).read { database in
                        try Int.fetchOne(database, sql: "SELECT position FROM state")
                    }
                    return (position ?? 0) > min(kill * 700, 4900)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        try await scene.withWorker {
            #expect(try await scene.stats(self.owner).messages == 5000)
            var seqs: [UInt64] = []
            while true {
                let page = try await scene.page(self.owner, since: seqs.last ?? 0)
                seqs += page.messages.map(\.seq)
                guard page.hasMore else { break }
            }
            #expect(seqs == Array(1...5000))
        }
    }
}
