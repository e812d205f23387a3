import InboxWorker
import KezCore
import NATS
import Testing

@Suite struct AbuseTests {
    static let second: Int64 = 1_000_000_000
    static let minute: Int64 = 60 * Self.second
    let sender = Primary.random(in: "1")
    let other = Primary.random(in: "2")
    let recipient = Primary.random()

    /// Ten messages or 960 bytes a minute.
    private var limits: Limits {
        var limits = Limits()
        limits.tunnelLines = TokenBucketLimit(burst: 1, perSecond: 10.0 / 60)
        limits.tunnelBytes = TokenBucketLimit(burst: 1, perSecond: 16)
        return limits
    }

    private func sent(
        _ sequence: UInt64 = 1, from: Primary? = nil, to: Primary?? = nil, at time: Int64 = 0, bytes: Int = 1
    ) -> SentMessage {
        SentMessage(
            sequence: sequence, time: time, from: from ?? self.sender, to: to ?? self.recipient, bytes: bytes)
    }

    // MARK: What is looked at

    @Test func whoSentIsReadFromTheSubjectAlone() {
        func message(_ subject: String, time: Int64 = 100) -> StreamMessage {
            StreamMessage(subject: subject, sequence: 7, time: time, headers: [:], payload: [1, 2, 3])
        }
        let subject = Subjects.send(to: self.recipient, from: self.sender)
        #expect(SentMessage(message(subject), since: 100) == self.sent(7, at: 100, bytes: 3))
        // A replay accuses nobody.
        #expect(SentMessage(message(subject), since: 101) == nil)
        for other in [
            Subjects.send(to: self.recipient, from: nil), Subjects.control(owner: self.recipient), "kez.send.a.x.y",
            subject + ".x",
        ] { #expect(SentMessage(message(other), since: 0) == nil, "\(other)") }
        for nobody in ["kez.send.a.x.\(self.sender.hex)", "kez.send.b.\(self.recipient.hex).\(self.sender.hex)"] {
            #expect(SentMessage(message(nobody), since: 0) == self.sent(7, to: .some(nil), at: 100, bytes: 3))
        }
    }

    // MARK: Demand

    @Test func aMinuteIsToldWhenItIsOver() {
        var demand = SendDemand(self.limits)
        for _ in 0..<9 { demand.note(self.sent(at: 3 * Self.minute)) }
        demand.note(self.sent(from: self.other, at: 3 * Self.minute))
        #expect(demand.isPending)
        #expect(demand.takeExcesses(at: 4 * Self.minute - 1).isEmpty)
        let excess = SendDemand.Excess(sender: self.sender, minute: 3, factor: 0.9)
        #expect(demand.takeExcesses(at: 4 * Self.minute) == [excess])
        #expect(demand.takeExcesses(at: 4 * Self.minute).isEmpty && !demand.isPending)
        demand.untold(excess)
        #expect(demand.takeExcesses(at: 4 * Self.minute) == [excess])
        // What the log brings later makes the number larger.
        demand.note(self.sent(at: 3 * Self.minute))
        #expect(demand.takeExcesses(at: 5 * Self.minute).map(\.factor) == [1])
    }

    @Test func theRunningMinuteIsToldWhenItHasDoubled() {
        var demand = SendDemand(self.limits)
        var told: [Double] = []
        for _ in 0..<100 {
            demand.note(self.sent(at: 3 * Self.minute))
            told += demand.takeExcesses(at: 3 * Self.minute).map(\.factor)
        }
        #expect(told == [1, 2, 4, 8])
        #expect(demand.takeExcesses(at: 4 * Self.minute).map(\.factor) == [10])
    }

    @Test func theLogsClockEndsAMinuteToo() {
        var demand = SendDemand(self.limits)
        for _ in 0..<6 { demand.note(self.sent(at: 3 * Self.minute)) }
        demand.note(self.sent(from: self.other, at: 4 * Self.minute))
        #expect(demand.takeExcesses(at: 0) == [.init(sender: self.sender, minute: 3, factor: 0.6)])
    }

    @Test func theLargerOfMessagesAndBytesCounts() {
        var demand = SendDemand(self.limits)
        demand.note(self.sent(bytes: 12 * 960))
        for _ in 0..<20 { demand.note(self.sent(from: self.other, bytes: 1)) }
        let factors = Dictionary(
            uniqueKeysWithValues: demand.takeExcesses(at: Self.minute).map { ($0.sender, $0.factor) })
        #expect(factors == [self.sender: 12, self.other: 2])
    }

    @Test func liftedBudgetsAccuseNobody() {
        var limits = Limits()
        limits.tunnelLines = .off
        limits.tunnelBytes = .off
        var demand = SendDemand(limits)
        for _ in 0..<1000 { demand.note(self.sent(bytes: 1 << 30)) }
        #expect(!demand.isPending && demand.takeExcesses(at: Self.minute).isEmpty)
    }

    /// Spread over all shards, what none of them tells stays below what suspends.
    @Test func whatIsNotToldIsNotEnough() {
        #expect(SendDemand.threshold * Double(Shard.all.count) < 10)
    }

    @Test func aFullMinuteKeepsTheHeavySenders() {
        var demand = SendDemand(self.limits, capacity: 16)
        for _ in 0..<20 {
            for _ in 0..<5 { demand.note(self.sent()) }
            for _ in 0..<7 { demand.note(self.sent(from: Primary.random(in: "3"))) }
        }
        // Nobody is accused of more than it sent, and who sends much is not lost among the many.
        #expect(demand.takeExcesses(at: Self.minute) == [.init(sender: self.sender, minute: 0, factor: 10)])
    }

    @Test func oldMinutesAreForgotten() {
        var demand = SendDemand(self.limits)
        for number in 0..<10 {
            for _ in 0..<5 { demand.note(self.sent(at: Int64(number) * Self.minute)) }
        }
        #expect(demand.takeExcesses(at: 10 * Self.minute).map(\.minute) == [6, 7, 8, 9])
        for _ in 0..<10 { demand.note(self.sent(at: 0)) }
        #expect(!demand.isPending)
    }

    // MARK: Recipients

    @Test func aRecipientIsAskedAboutOnce() {
        var sends = UnregisteredSends()
        for sequence in 1...3 { sends.note(self.sent(UInt64(sequence)), at: 0) }
        #expect(sends.takeQuestions(upTo: 8) == [self.recipient])
        #expect(sends.takeQuestions(upTo: 8).isEmpty && !sends.hasQuestions)
        sends.answered(self.recipient, isRegistered: true, at: 0)
        sends.note(self.sent(4), at: 0)
        #expect(!sends.hasQuestions && sends.takeFindings().isEmpty)
    }

    @Test func whatGoesToNobodyIsFound() {
        var sends = UnregisteredSends()
        sends.note(self.sent(5), at: 0)
        sends.note(self.sent(3), at: 0)
        sends.note(self.sent(4, from: self.other), at: 0)
        #expect(sends.takeQuestions(upTo: 8) == [self.recipient])
        sends.answered(self.recipient, isRegistered: false, at: 0)
        let findings = sends.takeFindings()
        #expect(
            findings == [
                .init(sender: self.sender, items: [3, 5]), .init(sender: self.other, items: [4]),
            ])
        #expect(sends.takeFindings().isEmpty)
        sends.untold(findings[0])
        #expect(sends.takeFindings() == [findings[0]])
    }

    @Test func anAnswerOfNobodyHoldsForAMoment() {
        var bounds = UnregisteredSends.Bounds()
        bounds.negative = .seconds(5)
        var sends = UnregisteredSends(bounds)
        sends.note(self.sent(1), at: 0)
        _ = sends.takeQuestions(upTo: 1)
        sends.answered(self.recipient, isRegistered: false, at: 0)
        sends.note(self.sent(2), at: 5 * Self.second - 1)
        #expect(!sends.hasQuestions && sends.takeFindings() == [.init(sender: self.sender, items: [1, 2])])
        // Meanwhile somebody registered.
        sends.note(self.sent(3), at: 5 * Self.second)
        #expect(sends.takeQuestions(upTo: 1) == [self.recipient])
        sends.answered(self.recipient, isRegistered: true, at: 5 * Self.second)
        #expect(!sends.hasFindings)
    }

    @Test func noKeyOfTheShardNeedsNoQuestion() {
        var sends = UnregisteredSends()
        sends.note(self.sent(9, to: .some(nil)), at: 0)
        #expect(!sends.hasQuestions && sends.takeFindings() == [.init(sender: self.sender, items: [9])])
    }

    @Test func whoIsSuspendedIsLeftAlone() {
        var sends = UnregisteredSends()
        sends.note(self.sent(1, to: .some(nil)), at: 0)
        let finding = sends.takeFindings()[0]
        sends.told(finding, isSuspended: true, at: 0)
        sends.note(self.sent(2, to: .some(nil)), at: 60 * Self.second - 1)
        #expect(!sends.hasFindings)
        sends.note(self.sent(3, to: .some(nil)), at: 60 * Self.second)
        #expect(sends.takeFindings() == [.init(sender: self.sender, items: [3])])
    }

    @Test func aQuestionNobodyAnsweredIsAskedAgain() {
        var sends = UnregisteredSends()
        sends.note(self.sent(1), at: 0)
        _ = sends.takeQuestions(upTo: 1)
        sends.postponed(self.recipient)
        #expect(sends.takeQuestions(upTo: 1) == [self.recipient])
    }

    @Test func oneSenderDoesNotTakeAllTheRoom() {
        var bounds = UnregisteredSends.Bounds()
        (bounds.questions, bounds.messages, bounds.messagesOfOne) = (100, 100, 60)
        var sends = UnregisteredSends(bounds)
        for sequence in 1...80 { sends.note(self.sent(UInt64(sequence), to: Primary.random()), at: 0) }
        #expect(sends.passedOver == 20)
        for sequence in 101...180 {
            sends.note(self.sent(UInt64(sequence), from: self.other, to: Primary.random()), at: 0)
        }
        #expect(sends.passedOver == 60)
        let questions = sends.takeQuestions(upTo: 1000)
        #expect(questions.count == 100)
        for recipient in questions { sends.answered(recipient, isRegistered: false, at: 0) }
        let findings = sends.takeFindings()
        #expect(findings.map(\.items) == [Array(1...60), Array(101...140)])
        // Told makes room again.
        for finding in findings { sends.told(finding, isSuspended: false, at: 0) }
        for sequence in 201...260 { sends.note(self.sent(UInt64(sequence), to: Primary.random()), at: 0) }
        #expect(sends.passedOver == 60)
    }

    @Test func rememberedRecipientsAreBounded() {
        var bounds = UnregisteredSends.Bounds()
        bounds.known = 10
        var sends = UnregisteredSends(bounds)
        for _ in 0..<100 {
            let recipient = Primary.random()
            sends.note(self.sent(to: recipient), at: 0)
            _ = sends.takeQuestions(upTo: 1)
            sends.answered(recipient, isRegistered: true, at: 0)
            // Whoever is written to all the time stays known.
            sends.note(self.sent(to: self.recipient), at: 0)
            for asked in sends.takeQuestions(upTo: 1) { sends.answered(asked, isRegistered: true, at: 0) }
            sends.note(self.sent(to: self.recipient), at: 0)
            #expect(!sends.hasQuestions)
        }
        #expect(sends.passedOver == 0)
    }
}
