import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import NATS
import Testing

@Suite struct CallTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")

    @Test func whatWasAcknowledgedIsListed() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            for number in 0..<500 {
                let seq = try await scene.send(
                    Envelopes.attributed(from: self.peer, to: self.owner), to: self.owner, from: self.peer)
                let page = try await scene.page(self.owner, since: seq - 1)
                #expect(page.messages.map(\.seq) == [seq], "message \(number)")
            }
        }
    }

    @Test func listsAreConcurrentWithSends() async throws {
        let scene = try await Scene()
        let owners = (0..<8).map { _ in Primary.random() }
        try await scene.withWorker {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for owner in owners {
                    group.addTask {
                        for _ in 0..<40 {
                            let seq = try await scene.send(Envelopes.anonymous(), to: owner, from: nil)
                            let head = try await scene.head(owner)
                            #expect(head.lastSeq == seq)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func hostileMessagesAreReadOver() async throws {
        let scene = try await Scene()
        let other = Primary.random()
        try await scene.withWorker {
            let first = try await scene.send(
                Envelopes.attributed(from: self.peer, to: self.owner), to: self.owner, from: self.peer)
            let subject = Subjects.send(to: self.owner, from: self.peer)
            let hostile: [[UInt8]] = [
                [], Array("hello".utf8), Array("[]".utf8), Array(#"{"a":1,"a":2}"#.utf8), [0xff, 0xfe],
                Array(repeating: UInt8(ascii: "["), count: 100_000), Array(#"{"kez":"message"}"#.utf8),
                Envelopes.attributed(from: other, to: self.owner), Envelopes.attributed(from: self.peer, to: other),
                Envelopes.attributed(from: self.peer, to: self.owner, version: 0),
            ]
            for payload in hostile { try await scene.publish(payload, to: subject) }
            // Subjects that the log takes and that are not ours.
            for subject in [
                "kez.send.a.x.y", "kez.send.a.\(self.owner.hex).nobody",
                "kez.send.a.\(self.owner.hex.uppercased()).anon",
            ] { try await scene.publish(Envelopes.anonymous(), to: subject) }
            let inAnotherShard = "kez.send.b.\(self.owner.hex).\(self.peer.hex)"
            try await scene.publish(Envelopes.anonymous(), to: inAnotherShard)
            let last = try await scene.send(Envelopes.anonymous("last"), to: self.owner, from: nil)
            #expect(try await scene.seqs(self.owner) == [first, last])
            #expect(try await scene.stats(self.owner).messages == 2)
        }
    }

    @Test func aDeleteThatIsNotOursIsReadOver() async throws {
        let scene = try await Scene()
        let worker = try await scene.deployment.connect(.worker)
        try await scene.withWorker {
            let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
            for payload in ["", "{}", #"{"kez":"ctl","version":9,"delete":{"up_to":9}}"#] {
                _ = try await JetStream(worker).publish(
                    Array(payload.utf8), to: Subjects.control(owner: self.owner))
            }
            #expect(try await scene.seqs(self.owner) == [seq])
        }
        await worker.close()
    }

    @Test func repeatsBeyondTheDuplicateWindowAreListedOnce() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            let id = MessageID.random()
            let first = try await scene.send(
                Envelopes.attributed(id: id, from: self.peer, to: self.owner), to: self.owner, from: self.peer)
            // The same bytes without a Nats-Msg-Id, and another envelope of the same id: the log takes both.
            for text in ["", "again"] {
                let seq = try await scene.send(
                    Envelopes.attributed(id: id, from: self.peer, to: self.owner, text: text), to: self.owner,
                    from: self.peer)
                #expect(seq > first)
            }
            // The id of another sender is another message.
            let other = Primary.random()
            let third = try await scene.send(
                Envelopes.attributed(id: id, from: other, to: self.owner), to: self.owner, from: other)
            #expect(try await scene.seqs(self.owner) == [first, third])
            #expect(try await scene.delete(self.owner, #"{"seqs":[\#(first)]}"#) == 1)
            try await scene.send(
                Envelopes.attributed(id: id, from: self.peer, to: self.owner), to: self.owner, from: self.peer)
            #expect(try await scene.seqs(self.owner) == [third])
        }
    }

    @Test func deletes() async throws {
        let scene = try await Scene()
        let other = Primary.random()
        try await scene.withWorker {
            var seqs: [UInt64] = []
            for _ in 0..<5 { seqs.append(try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)) }
            let others = try await scene.send(Envelopes.anonymous(), to: other, from: nil)
            #expect(try await scene.delete(self.owner, #"{"up_to":\#(seqs[1])}"#) == 2)
            #expect(try await scene.delete(self.owner, #"{"up_to":\#(seqs[1])}"#) == 0)
            #expect(
                try await scene.delete(self.owner, #"{"seqs":[\#(seqs[3]),\#(seqs[3]),\#(others),1000000000000]}"#) == 1
            )
            #expect(try await scene.seqs(self.owner) == [seqs[2], seqs[4]])
            #expect(try await scene.seqs(other) == [others])
            let stats = try await scene.stats(self.owner)
            #expect(stats.messages == 2 && stats.anonymous == 2 && stats.lastSeq == seqs[4])
            #expect(try await scene.delete(self.owner, #"{"seqs":[\#(seqs[4])]}"#) == 1)
            #expect(try await scene.head(self.owner).lastSeq == seqs[2])
            #expect(try await scene.delete(self.owner, #"{"up_to":18446744073709551615}"#) == 1)
            #expect(try await scene.head(self.owner).lastSeq == 0)
        }
    }

    @Test func aDeleteOfNothingLeavesNoTrace() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            try await scene.send(Envelopes.anonymous(), to: Primary.random(), from: nil)
            for body in [#"{"up_to":100}"#, #"{"seqs":[1,2]}"#, #"{"seqs":[]}"#] {
                #expect(try await scene.delete(self.owner, body) == 0)
            }
            let last = try await scene.operating { try await $0.streamInfo("KEZ_LOG_a").state.lastSeq }
            #expect(last == 1)
        }
    }

    @Test func settingsAreChangedInPart() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            #expect(try await scene.settings(self.owner) == InboxSettings())
            #expect(
                try await scene.settings(self.owner, #"{"blocked":["\#(self.peer)"]}"#)
                    == InboxSettings(blocked: [self.peer]))
            #expect(
                try await scene.settings(self.owner, #"{"anonymous":false}"#)
                    == InboxSettings(blocked: [self.peer], anonymous: false))
            let body = String(decoding: try await scene.call(.settings, self.owner), as: UTF8.self)
            #expect(body == #"{"blocked":["\#(self.peer)"],"anonymous":false}"#)
            try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
            let seen = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            let blocked = try await scene.send(Envelopes.anonymous(), to: self.owner, from: self.peer)
            #expect(try await scene.seqs(self.owner) == [seen])
            #expect(try await scene.head(self.owner).lastSeq == blocked)
            #expect(try await scene.stats(self.owner).messages == 3)
            _ = try await scene.settings(self.owner, #"{"blocked":[]}"#)
            #expect(try await scene.seqs(self.owner).count == 3)
        }
    }

    @Test func ofTwoChangesAtOnceNoneIsLost() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            for round in 0..<20 {
                let blocked = Primary.random()
                let anonymous = round.isMultiple(of: 2)
                async let one = scene.settings(self.owner, #"{"blocked":["\#(blocked)"]}"#)
                async let two = scene.settings(self.owner, #"{"anonymous":\#(anonymous)}"#)
                _ = try await (one, two)
                #expect(
                    try await scene.settings(self.owner) == InboxSettings(blocked: [blocked], anonymous: anonymous))
            }
        }
    }

    @Test(arguments: [
        (RPCEndpoint.Inbox.list, "x", ErrorCode.badJSON), (.list, #"{"since":-1}"#, .badCursor),
        (.list, #"{"since":"1"}"#, .badCursor), (.list, #"{"limit":"1"}"#, .badRequest), (.list, "[]", .badRequest),
        (.head, "x", .badJSON), (.stats, "x", .badJSON), (.delete, "{}", .badRequest),
        (.delete, #"{"up_to":-1}"#, .badRequest), (.delete, #"{"up_to":1,"seqs":[1]}"#, .badRequest),
        (.delete, #"{"seqs":["1"]}"#, .badRequest), (.settings, #"{"blocked":["x"]}"#, .badRequest),
        (.settings, #"{"anonymous":1}"#, .badRequest),
    ])
    func badBodiesAreRefused(method: RPCEndpoint.Inbox, body: String, code: ErrorCode) async throws {
        let scene = try await Refusals.shared.scene()
        let refusal = await scene.refusal(method, self.owner, body)
        #expect(refusal?.code == code)
    }

    @Test func callersAreAccountsOfTheirOwnShard() async throws {
        let scene = try await Refusals.shared.scene()
        let client = RPCClient(scene.gateway)
        for method in RPCEndpoint.Inbox.allCases {
            let endpoint = RPCEndpoint.inbox(.a, method)
            for (caller, code) in [
                (RPCCaller.account(Primary.random(in: "b")), ErrorCode.wrongShard), (.service(.gateway), .forbidden),
            ] {
                await #expect(
                    performing: {
                        _ = try await client.call(RPCSubject(caller: caller, endpoint: endpoint))
                    }, throws: { ($0 as? KezError)?.code == code })
            }
        }
    }

    @Test func tenThousandMessagesArePagedWithoutLossOrRepeat() async throws {
        let scene = try await Scene()
        try await scene.withWorker {
            try await scene.send(
                (0..<10_000).map { Envelopes.attributed(from: self.peer, to: self.owner, text: "\($0)") },
                to: self.owner, from: self.peer)
            var since: UInt64 = 0
            var seen: [UInt64] = []
            var pages = 0
            while true {
                let page = try await scene.page(self.owner, since: since)
                seen += page.messages.map(\.seq)
                pages += 1
                guard page.hasMore else { break }
                #expect(page.messages.count == 500)
                since = page.next
            }
            #expect(seen == Array(1...10_000))
            #expect(pages == 20)
        }
    }
}

/// One worker for all that changes nothing; it lives as long as the tests.
actor Refusals {
    static let shared = Refusals()
    private var running: Task<Scene, any Error>?

    /// All who come while it starts wait for the same one.
    func scene() async throws -> Scene {
        let start = self.running ?? Task { try await Self.start() }
        self.running = start
        return try await start.value
    }

    private static func start() async throws -> Scene {
        let scene = try await Scene()
        let health = HealthBoard()
        health.report("inbox-worker", failure: "not started")
        // Ended with the process.
        Task { try await scene.service(health: health).run() }
        try await eventually("the worker is ready") { health.isReady }
        return scene
    }
}
