import InboxWorker
import KezCore
import Testing

@Suite struct StatusTests {
    private func status(serving: Bool, failure: String? = nil, position: UInt64 = 0, last: UInt64 = 0) -> ShardStatus {
        var status = ShardStatus()
        status.isServing = serving
        status.failure = failure
        status.position = position
        status.last = last
        return status
    }

    private func sentence(_ statuses: [ShardStatus], isConnected: Bool = true) -> String? {
        ShardStatus.sentence(
            Dictionary(uniqueKeysWithValues: zip(Shard.all, statuses)), isConnected: isConnected)
    }

    @Test func healthIsSilentWhenEveryShardAnswers() {
        #expect(self.sentence([self.status(serving: true), self.status(serving: true)]) == nil)
    }

    @Test func healthNamesTheShardThatIsBehind() {
        let statuses = [self.status(serving: true), self.status(serving: false, position: 12, last: 100)]
        #expect(self.sentence(statuses) == "Shard 1 is catching up with its log, 88 messages behind.")
    }

    @Test func aFailureIsToldBeforeALag() {
        let statuses = [self.status(serving: false), self.status(serving: true, failure: "the disk is full")]
        #expect(self.sentence(statuses) == "Shard 1: the disk is full. Shards that wait: 2.")
        #expect(self.sentence(statuses, isConnected: false) == "The broker cannot be reached.")
    }

    @Test func theGraverReasonToLeaveWins() {
        let (behind, reopen) = (Departure.behind, Departure.reopen("gone", discarding: false))
        let rebuild = Departure.reopen("damaged", discarding: true)
        #expect(Departure.merge(behind, behind) == behind)
        for (one, other, both) in [(behind, reopen, reopen), (reopen, rebuild, rebuild), (behind, rebuild, rebuild)] {
            #expect(Departure.merge(one, other) == both)
            #expect(Departure.merge(other, one) == both)
        }
    }
}
