import KezClient
import KezCore
import Testing

@Suite struct ReceiptLedgerTests {
    private let key = ChatKey(peer: Talk.bob)
    private let start = ContinuousClock.now

    @Test func oneReceiptEveryFiveSeconds() throws {
        var ledger = ReceiptLedger()
        ledger.oweDelivered(Talk.id(1), in: self.key)
        let first = ledger.take(self.key, now: self.start, isWanted: true)
        #expect(first.receipt?.kind == .delivered && first.receipt?.ids == [Talk.id(1)] && first.again == nil)
        ledger.oweDelivered(Talk.id(2), in: self.key)
        ledger.oweDelivered(Talk.id(2), in: self.key)
        ledger.oweDelivered(Talk.id(3), in: self.key)
        let early = ledger.take(self.key, now: self.start + .seconds(4), isWanted: true)
        #expect(early.receipt == nil && early.again == self.start + .seconds(5))
        let second = ledger.take(self.key, now: self.start + .seconds(5), isWanted: true)
        #expect(second.receipt?.ids == [Talk.id(2), Talk.id(3)])
        #expect(ledger.owing.isEmpty)
    }

    @Test func whatWasReadNeedsNoDelivery() {
        var ledger = ReceiptLedger()
        ledger.oweDelivered(Talk.id(1), in: self.key)
        ledger.oweDelivered(Talk.id(2), in: self.key)
        ledger.oweRead([Talk.id(1)], upTo: Talk.id(1), in: self.key)
        ledger.oweDelivered(Talk.id(1), in: self.key)
        let first = ledger.take(self.key, now: self.start, isWanted: true)
        #expect(first.receipt?.kind == .read && first.receipt?.ids == [Talk.id(1)] && first.readUpTo == Talk.id(1))
        let second = ledger.take(self.key, now: self.start + .seconds(5), isWanted: true)
        #expect(second.receipt?.kind == .delivered && second.receipt?.ids == [Talk.id(2)] && second.readUpTo == nil)
    }

    @Test func whatNobodyIsToKnowIsForgottenButOnesOwnClientsAreTold() {
        var ledger = ReceiptLedger()
        ledger.oweRead([Talk.id(1)], upTo: Talk.id(1), in: self.key)
        let due = ledger.take(self.key, now: self.start, isWanted: false)
        #expect(due.receipt == nil && due.readUpTo == Talk.id(1) && due.again == nil)
        #expect(ledger.owing.isEmpty)
    }

    @Test func manyGoInSeveral() {
        var ledger = ReceiptLedger()
        ledger.oweRead((0..<1200).map { Talk.id($0) }, upTo: Talk.id(1199), in: self.key)
        var counts: [Int] = []
        for step in 0..<3 {
            counts.append(
                ledger.take(self.key, now: self.start + .seconds(5 * step), isWanted: true).receipt?.ids.count ?? 0)
        }
        #expect(counts == [500, 500, 200] && ledger.owing.isEmpty)
    }
}
