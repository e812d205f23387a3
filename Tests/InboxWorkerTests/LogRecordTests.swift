import InboxWorker
import KezCore
import Testing

@Suite struct LogRecordTests {
    let me = Primary.random()
    let peer = Primary.random(in: "3")

    @Test func anAttributedMessageOfTheSubjectsSenderIsListed() {
        let id = MessageID.random()
        let envelope = Envelopes.attributed(id: id, from: self.peer, to: self.me)
        #expect(
            LogRecord(subject: Subjects.send(to: self.me, from: self.peer), payload: envelope)
                == .message(to: self.me, from: self.peer, id: id, envelope: envelope))
    }

    @Test func anyOtherObjectIsListedWithoutAnID() {
        let envelope = Envelopes.anonymous()
        for from in [nil, self.peer] {
            #expect(
                LogRecord(subject: Subjects.send(to: self.me, from: from), payload: envelope)
                    == .message(to: self.me, from: from, id: nil, envelope: envelope))
        }
    }

    @Test(arguments: ["", "x", "[]", "null", #"{"a":1,"a":2}"#, #"{"kez":"message"}"#, #"{"a":1} x"#])
    func whatDoesNotParseIsNoise(payload: String) {
        let subject = Subjects.send(to: self.me, from: self.peer)
        #expect(LogRecord(subject: subject, payload: Array(payload.utf8)) == .noise)
    }

    @Test func anothersMessageIsNoise() {
        let subject = Subjects.send(to: self.me, from: self.peer)
        let other = Primary.random()
        #expect(LogRecord(subject: subject, payload: Envelopes.attributed(from: other, to: self.me)) == .noise)
        #expect(LogRecord(subject: subject, payload: Envelopes.attributed(from: self.peer, to: other)) == .noise)
        // Nobody's door lets an attributed envelope in without its sender.
        let anonymous = Subjects.send(to: self.me, from: nil)
        #expect(LogRecord(subject: anonymous, payload: Envelopes.attributed(from: self.peer, to: self.me)) == .noise)
    }

    @Test func aSubjectThatIsNotOursIsNoise() {
        let good = Subjects.send(to: self.me, from: self.peer)
        for subject in [
            good.replacing("send.a", with: "send.b"), good.uppercased(), good + ".x", "kez.send.a.*.*",
            "kez.send.a.x.y",
            Subjects.control(owner: self.me) + ".x",
        ] {
            #expect(LogRecord(subject: subject, payload: Envelopes.anonymous()) == .noise, "\(subject)")
        }
    }

    @Test(arguments: [InboxDeleteRequest.upTo(7), .seqs([3, 5]), .seqs([])])
    func aDeletionIsReadAsItWasWritten(deletion: InboxDeleteRequest) {
        let payload = ControlMessage(deletion).bytes
        #expect(
            LogRecord(subject: Subjects.control(owner: self.me), payload: payload)
                == .deletion(owner: self.me, deletion))
    }

    @Test func aDeletionMayGainMembers() {
        let payload = #"{"kez":"ctl","version":1,"why":"x","delete":{"up_to":7,"more":[]},"_":1}"#
        #expect(ControlMessage(Array(payload.utf8))?.deletion == .upTo(7))
    }

    @Test(arguments: [
        #"{"kez":"ctl","version":2,"delete":{"up_to":7}}"#, #"{"kez":"ctl","version":1,"archive":{"up_to":7}}"#,
        #"{"kez":"ctl","version":1,"delete":{"up_to":-7}}"#, #"{"version":1,"delete":{"up_to":7}}"#, "", "{}",
        #"{"kez":"ctl","version":1,"delete":7}"#,
    ])
    func whatThisVersionDoesNotKnowChangesNothing(payload: String) {
        #expect(LogRecord(subject: Subjects.control(owner: self.me), payload: Array(payload.utf8)) == .noise)
    }
}
