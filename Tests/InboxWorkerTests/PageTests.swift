import InboxWorker
import KezCore
import KezTesting
import Testing

@Suite struct PageTests {
    let owner = Primary.random()
    let peer = Primary.random(in: "1")
    let other = Primary.random(in: "2")

    private func entries(_ sizes: [Int], from senders: [Primary?]? = nil) -> [LogEntry] {
        sizes.enumerated().map { index, size in
            LogEntry(
                sequence: UInt64(index + 1), time: 1_767_225_600_000_000_000,
                record: .message(
                    to: self.owner, from: senders.map { $0[index % $0.count] } ?? self.peer, id: nil,
                    envelope: Envelopes.object(size: size)))
        }
    }

    @Test func aPageIsWhatTheProtocolSays() async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([8, 9, 10], from: [self.peer, nil]))
        let page = try await fed.page(self.owner, since: 1, limit: 1)
        let expected = """
            {"messages":[{"seq":2,"from":null,"envelope":{"p":"x"},"received_at":"2026-01-01T00:00:00.000Z"}],\
            "next":2,"has_more":true,"oldest":1,"truncated":false,"epoch":"e"}
            """
        #expect(String(decoding: page.bytes, as: UTF8.self) == expected)
        try await fed.close()
    }

    @Test(arguments: [(UInt64(0), true), (3, true), (4, false), (5, false), (.max, false)])
    func truncatedTellsOfWhatIsGone(since: UInt64, truncated: Bool) async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([10, 10, 10, 10, 10, 10]))
        #expect(try await fed.view.trim(below: 5))
        #expect(try await fed.page(self.owner, since: since, first: 5).truncated == truncated)
        try await fed.close()
    }

    @Test func beyondTheEndIsAnEmptyPage() async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([10, 10]))
        for since in [UInt64(2), 3, 1 << 63, .max] {
            let page = try await fed.page(self.owner, since: since)
            #expect(page.messages.isEmpty && page.next == since && !page.hasMore)
        }
        try await fed.close()
    }

    /// 900 KiB hold what fits exactly, and not one byte more.
    @Test(arguments: [0, 1])
    func aPageEndsAtTheByte(excess: Int) async throws {
        let fed = try await HandFed()
        let frame = InboxMessage.frameBytes
        let third = Limits.pageBytes - 4 * frame - 2 * 262_144 + excess
        try await fed.view.apply(self.entries([262_144, 262_144, third, 10]))
        let page = try await fed.page(self.owner)
        #expect(page.messages.count == 3 - excess)
        #expect(page.hasMore)
        #expect(page.bytes.count <= Limits.pageBytes)
        let rest = try await fed.page(self.owner, since: page.next)
        #expect(rest.messages.count == 1 + excess)
        #expect(!rest.hasMore)
        try await fed.close()
    }

    @Test func aPageHoldsAtLeastOneMessage() async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([1_000_000, 10]))
        let page = try await fed.page(self.owner)
        #expect(page.messages.map(\.seq) == [1])
        #expect(page.hasMore)
        try await fed.close()
    }

    @Test func moreMeansMoreThatTheOwnerCanSee() async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([10, 10, 10, 10, 10], from: [self.peer, self.other, nil]))
        let settings = InboxSettings(blocked: [self.other], anonymous: false)
        try await fed.view.apply(
            [SettingsRecord(owner: self.owner, settings: settings, sequence: 1)], position: 1)
        #expect(try await fed.view.settings(of: self.owner) == settings)
        // What is stored without a sender stays: only the door refuses it.
        let page = try await fed.page(self.owner, limit: 3)
        #expect(page.messages.map(\.seq) == [1, 3, 4])
        #expect(!page.hasMore)
        #expect(try await fed.page(self.owner, limit: 2).hasMore)
        let stats = try await fed.view.stats(of: self.owner, limits: Limits())
        #expect(stats.messages == 5 && stats.lastSeq == 5 && stats.anonymous == 1)
        try await fed.close()
    }

    @Test func settingsFollowTheirStream() async throws {
        let fed = try await HandFed()
        let mine = InboxSettings(blocked: [self.peer, self.other], anonymous: false)
        #expect(try await fed.view.prepareSettings(epoch: "s", last: 9) == 0)
        try await fed.view.apply([SettingsRecord(owner: self.owner, settings: mine, sequence: 4)], position: 4)
        #expect(try await fed.view.prepareSettings(epoch: "s", last: 9) == 4)
        // Older ones, read again, change nothing.
        try await fed.view.apply([SettingsRecord(owner: self.owner, settings: nil, sequence: 3)], position: 4)
        #expect(try await fed.view.settings(of: self.owner) == mine)
        // Unreadable ones leave the defaults.
        try await fed.view.apply([SettingsRecord(owner: self.owner, settings: nil, sequence: 5)], position: 5)
        #expect(try await fed.view.settings(of: self.owner) == InboxSettings())
        // Another stream, or one that went back.
        try await fed.view.apply([SettingsRecord(owner: self.owner, settings: mine, sequence: 6)], position: 6)
        #expect(try await fed.view.prepareSettings(epoch: "s", last: 5) == 0)
        #expect(try await fed.view.settings(of: self.owner) == InboxSettings())
        try await fed.close()
    }

    @Test func overQuotaTellsTheOwner() async throws {
        let fed = try await HandFed()
        try await fed.view.apply(self.entries([100, 100]))
        var limits = Limits()
        limits.inboxMessages = 3
        #expect(try await fed.view.stats(of: self.owner, limits: limits).isOverQuota == false)
        limits.inboxMessages = 2
        #expect(try await fed.view.stats(of: self.owner, limits: limits).isOverQuota)
        limits.inboxMessages = 3
        limits.inboxBytes = 200
        #expect(try await fed.view.stats(of: self.owner, limits: limits).isOverQuota)
        try await fed.close()
    }
}
