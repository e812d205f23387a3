import KezClient
import KezCore
import Testing

@Suite struct ChatBookTests {
    private static let one = Talk.id(1)

    @Test func keepsTheOrderOfTheServerAndDropsRepeats() {
        var talk = Talk()
        #expect(talk.take(.text("second", replyTo: nil), id: Talk.id(2), at: 2000).told.count == 1)
        talk.take(.text("first", replyTo: nil), id: Talk.id(1), at: 1000)
        talk.takeSent(.text("mine", replyTo: Talk.id(1)), id: Talk.id(3), at: 1500)
        #expect(talk.take(.text("again", replyTo: nil), id: Talk.id(2)).isEmpty)
        #expect(talk.takeSent(.text("mine again", replyTo: nil), id: Talk.id(3)).isEmpty)
        #expect(talk.texts == ["first", "mine", "second"])
        #expect(talk.message(Talk.id(3))?.state == .sent)
        #expect(talk.message(Talk.id(3))?.replyTo == Talk.id(1).hex)
    }

    @Test func anIdIsItsSendersAndItsConversations() {
        var talk = Talk()
        let thread = Talk.id(77)
        talk.take(.text("bob", replyTo: nil), id: Self.one)
        talk.takeSent(.text("me", replyTo: nil), id: Self.one)
        talk.take(.text("in a thread", replyTo: nil), id: Self.one, thread: thread)
        talk.take(.text("eve", replyTo: nil), from: Talk.eve, id: Self.one)
        #expect(talk.texts == ["bob", "me", "in a thread"])
        #expect(talk.book.messages(with: Talk.eve, now: 0).count == 1)
    }

    @Test func aClockThatRunsAheadIsHeldBack() {
        var talk = Talk()
        talk.takeSent(.text("from the future", replyTo: nil), at: 9_000_000_000)
        talk.take(.text("now", replyTo: nil))
        #expect(talk.texts == ["from the future", "now"])
    }

    // MARK: Effects

    @Test func oneEditsAndDeletesOnesOwnAlone() {
        var talk = Talk()
        talk.take(.text("bob's", replyTo: nil), id: Self.one)
        talk.takeSent(.text("mine", replyTo: nil), id: Talk.id(2))
        talk.take(.edit(target: Talk.id(2), text: "no"))
        talk.take(.delete(target: Talk.id(2)))
        talk.take(.edit(target: Self.one, text: "bob's, better"))
        #expect(talk.texts == ["bob's, better", "mine"])
        #expect(talk.message(Self.one)?.isEdited == true)
        talk.takeSent(.delete(target: Talk.id(2)))
        #expect(talk.texts == ["bob's, better", "[deleted]"])
    }

    @Test func theLatestEditByItsSendersClockCounts() {
        var talk = Talk()
        talk.take(.text("a", replyTo: nil), id: Self.one)
        talk.take(.edit(target: Self.one, text: "late"), createdAt: 9000)
        #expect(talk.take(.edit(target: Self.one, text: "early"), createdAt: 8000).isEmpty)
        #expect(talk.texts == ["late"])
    }

    @Test func aReactionReplacesAndIsTakenBack() {
        var talk = Talk()
        talk.takeSent(.text("a", replyTo: nil), id: Self.one)
        talk.take(.reaction(target: Self.one, emoji: "👍"))
        talk.take(.reaction(target: Self.one, emoji: "❤️"))
        #expect(talk.message(Self.one)?.reactions == [Talk.bob.text: "❤️"])
        talk.take(.reaction(target: Self.one, emoji: ""))
        #expect(talk.message(Self.one)?.reactions == [:])
        talk.take(.reaction(target: Self.one, emoji: String(repeating: "x", count: 65)))
        #expect(talk.message(Self.one)?.reactions == [:])
    }

    @Test func whatComesBeforeItsTargetWaitsForIt() throws {
        var talk = Talk()
        let early = talk.take(.edit(target: Self.one, text: "edited"))
        // Told at once, without a message: a program may know the target.
        guard case .edited(let change, let text)? = early.told.first else { throw Missing() }
        #expect(change.message == nil && change.target == Self.one.hex && text == "edited")
        talk.take(.reaction(target: Self.one, emoji: "👍"))
        talk.take(.delete(target: Talk.id(2)))
        // Eve's edit of the same id is not Bob's.
        let told = talk.take(.text("a", replyTo: nil), id: Self.one).told
        guard case .message(let message)? = told.first, told.count == 1 else { throw Missing() }
        #expect(message.words == "edited" && message.reactions == [Talk.bob.text: "👍"])
        talk.take(.text("gone", replyTo: nil), id: Talk.id(2))
        #expect(talk.texts == ["edited", "[deleted]"])
    }

    @Test func waitingEffectsAreBounded() {
        var talk = Talk()
        for number in 0..<600 { talk.take(.edit(target: Talk.id(number), text: "edited \(number)")) }
        for number in [0, 499, 500] { talk.take(.text("plain", replyTo: nil), id: Talk.id(number)) }
        #expect(talk.texts == ["edited 0", "edited 499", "plain"])
    }

    // MARK: Receipts

    @Test func receiptsOnlyGoForward() {
        var talk = Talk()
        talk.takeSent(.text("a", replyTo: nil), id: Self.one)
        talk.take(.receipt(.read, [Self.one, Talk.id(9)]))
        #expect(talk.message(Self.one)?.state == .read)
        talk.take(.receipt(.delivered, [Self.one]))
        #expect(talk.message(Self.one)?.state == .read)
    }

    @Test func aReceiptThatOvertakesTheCopyOfTheMessageCounts() {
        var talk = Talk()
        talk.take(.receipt(.delivered, [Self.one]))
        talk.takeSent(.text("a", replyTo: nil), id: Self.one)
        #expect(talk.message(Self.one)?.state == .delivered)
    }

    @Test func strangersReceiptsSayNothing() {
        var talk = Talk()
        #expect(talk.take(.receipt(.read, [Self.one]), from: Talk.eve).isEmpty)
    }

    @Test func deliveriesAreOwedToContactsAlone() {
        var talk = Talk()
        #expect(talk.take(.text("a", replyTo: nil), id: Self.one).owes == [Self.one])
        #expect(talk.take(.text("a", replyTo: nil), from: Talk.eve).owes.isEmpty)
        // To write to somebody is to accept them.
        talk.take(
            .sync(
                .sent(
                    to: Talk.eve, id: Talk.id(5), createdAt: Timestamp(unixSeconds: 1),
                    body: Content(.text("hi", replyTo: nil)).unpadded)), from: Talk.me)
        #expect(talk.take(.text("a", replyTo: nil), from: Talk.eve, id: Talk.id(6)).owes == [Talk.id(6)])
        #expect(talk.takeSent(.text("a", replyTo: nil)).owes.isEmpty)
    }

    @Test func marksWhatWasRead() throws {
        var talk = Talk()
        for number in 1...3 { talk.take(.text("\(number)", replyTo: nil), id: Talk.id(number)) }
        let second = try #require(talk.message(Talk.id(2)))
        #expect(talk.book.readUpTo(second.order, in: talk.conversation).map(\.key.id) == [Talk.id(1), Talk.id(2)])
        #expect(talk.book.readUpTo(second.order, in: talk.conversation).isEmpty)
        // Another client of this identity has read further.
        talk.take(.sync(.read(peer: Talk.bob, upTo: Talk.id(3))), from: Talk.me)
        let third = try #require(talk.message(Talk.id(3)))
        #expect(talk.book.readUpTo(third.order, in: talk.conversation).isEmpty)
    }

    // MARK: Syncs

    @Test func aSyncOfAnybodyElseIsNoise() {
        var talk = Talk()
        let sent = SyncContent.sent(
            to: Talk.eve, id: Self.one, createdAt: Timestamp(unixSeconds: 1),
            body: Content(.text("forged", replyTo: nil)).unpadded)
        #expect(talk.take(.sync(sent)).isEmpty)
        #expect(talk.take(.sync(.settings(body: Array("{\"receipts\":false}".utf8)))).isEmpty)
        #expect(talk.book.settings == ChatSettings())
        talk.take(.sync(.settings(body: Array("{\"receipts\":false,\"typing\":7}".utf8))), from: Talk.me)
        #expect(talk.book.settings == ChatSettings(receipts: false, typing: true))
    }

    // MARK: What is not shown

    @Test func whatIsQuietOrUnknownIsKeptInItsPlace() {
        var talk = Talk()
        #expect(talk.take(.text("quiet", replyTo: nil), quiet: true).isEmpty)
        talk.take(.unknown(kind: "kez-poll-v1"))
        #expect(talk.texts == ["[sent by a newer version]"])
        #expect(
            talk.book.take(
                ChatArrival(
                    sender: Talk.bob, peer: Talk.bob, id: Self.one, at: 0, createdAt: 0, seq: 1,
                    what: .placeholder("damaged"))
            ).told.count == 1)
        #expect(talk.texts.first == "[damaged]")
    }

    @Test func whatExpiresIsGone() {
        var talk = Talk()
        talk.take(.text("a", replyTo: nil), at: 1000, expiresIn: 60)
        talk.take(.text("b", replyTo: nil), at: 2000, expiresIn: .max)
        #expect(talk.book.messages(with: Talk.bob, now: 61_000).map(\.words) == ["b"])
    }

    @Test func onlyOneConversationIsKeptWhereThatIsAsked() {
        var talk = Talk()
        talk.book = ChatBook(me: Talk.me, contacts: [Talk.bob], only: Talk.bob)
        #expect(talk.take(.text("a", replyTo: nil), from: Talk.eve).isEmpty)
        #expect(talk.take(.text("a", replyTo: nil)).told.count == 1)
    }

    @Test func strangersAreBounded() {
        var talk = Talk()
        for _ in 0..<300 { talk.take(.text("a", replyTo: nil), from: Talk.eve) }
        #expect(talk.book.messages(with: Talk.eve, now: 0).count == 200)
        for _ in 0..<99 { talk.take(.text("a", replyTo: nil), from: Identity.generate().key) }
        let last = Identity.generate().key
        // Told all the same: nothing that somebody may have to know is swallowed.
        #expect(talk.take(.text("a", replyTo: nil), from: last).told.count == 1)
        #expect(talk.book.messages(with: last, now: 0).isEmpty)
    }

    // MARK: Writing

    @Test func whatIsWrittenStandsBelowWhatItAnswers() throws {
        var talk = Talk()
        talk.take(.text("from a clock ahead", replyTo: nil), at: 50_000)
        let first = talk.book.nextTime(in: talk.conversation, now: 10_000)
        let second = talk.book.nextTime(in: talk.conversation, now: 10_000)
        #expect(first == 50_001 && second == 50_002)
        let key = MessageKey(conversation: talk.conversation, sender: Talk.me, id: Self.one)
        _ = talk.book.take(
            ChatArrival(
                sender: Talk.me, peer: Talk.bob, id: Self.one, at: first, createdAt: first, seq: 0,
                what: .content(Content(.text("mine", replyTo: nil))), isOutgoing: true))
        #expect(talk.message(Self.one)?.state == .sending)
        // A receipt says more than the acknowledgement that comes after it.
        talk.take(.receipt(.delivered, [Self.one]))
        #expect(talk.book.mark(key, .sent) == nil)
        #expect(talk.message(Self.one)?.state == .delivered)
        // One's own copy by another way is no second message.
        talk.takeSent(.text("mine", replyTo: nil), id: Self.one)
        #expect(talk.texts == ["from a clock ahead", "mine"])
    }

    /// Whatever the order in which the parts of a conversation come, it ends the same.
    @Test func everyOrderOfArrivalEndsInTheSameConversation() {
        let (a, b) = (Talk.id(1), Talk.id(2))
        let parts: [@Sendable (inout Talk) -> Void] = [
            { $0.take(.text("a", replyTo: nil), id: a, at: 1000) },
            { $0.takeSent(.text("b", replyTo: a), id: b, at: 2000) },
            { $0.take(.edit(target: a, text: "a1"), id: Talk.id(3), createdAt: 3000) },
            { $0.take(.edit(target: a, text: "a2"), id: Talk.id(4), createdAt: 4000) },
            { $0.take(.reaction(target: b, emoji: "1"), id: Talk.id(5), createdAt: 5000) },
            { $0.take(.reaction(target: b, emoji: "2"), id: Talk.id(6), createdAt: 6000) },
            { $0.take(.receipt(.read, [b]), id: Talk.id(7)) },
            { $0.take(.text("c", replyTo: nil), id: Talk.id(8), at: 7000) },
            { $0.take(.delete(target: Talk.id(8)), id: Talk.id(9), createdAt: 8000) },
        ]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var talk = Talk()
            // The place of what this identity sent is never after what its copy arrived at: give them room.
            talk.take(.receipt(.delivered, []), at: 1)
            for part in parts.shuffled(using: &generator) { part(&talk) }
            #expect(talk.texts.sorted() == ["[deleted]", "a2", "b"])
            #expect(talk.message(b)?.reactions == [Talk.bob.text: "2"])
            #expect(talk.message(b)?.state == .read)
        }
    }
}

struct Missing: Error {}
