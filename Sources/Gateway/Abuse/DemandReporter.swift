import KezCore
import KezRuntime
import Logging
import Sodium

/// Tells the registry which keys asked for more than a budget in a minute that is over. The registry sums what all
/// gateways tell, and decides.
///
/// Source: protocol, section 9 ("Suspension").
struct DemandReporter: Sendable {
    let book: DemandBook
    let link: BrokerLink
    let tuning: GatewayTuning
    let tally: GatewayTally
    let logger: Logger
    /// Differs for each running gateway: the registry adds up what different ones tell.
    let source = "gateway-" + Hex.encode(randomBytes(8))

    /// Looks and tells until the task is cancelled; what is not told by then is lost.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: self.tuning.reportInterval)
            let excesses = self.book.takeExcesses()
            for (index, excess) in excesses.enumerated() {
                guard !Task.isCancelled, await self.tell(excess) else {
                    // With the registry away the others need not be tried now.
                    self.book.untold(excesses[index...])
                    break
                }
            }
        }
    }

    /// - Returns: false when no registry answered.
    private func tell(_ excess: DemandTable.Excess) async -> Bool {
        let report = AbuseReport(
            excess.primary, source: self.source,
            .overBudget(excess.budget, window: excess.minute, factor: excess.factor))
        do throws(KezError) {
            let answer = try await self.link.call(
                RPCSubject(caller: .service(.gateway), endpoint: .account(.report)), report.bytes,
                by: Deadline(after: self.tuning.answerTimeout))
            let reply = try Directory.read(answer) { json throws(KezError) in try AbuseReportReply(json: json) }
            self.tally.reported(excess.budget)
            self.logger.info(
                "a key was reported",
                metadata: [
                    "report.budget": "\(excess.budget.rawValue)", "report.suspended": "\(reply.isSuspended)",
                ])
            return true
        } catch {
            // What is refused once is refused again.
            let isRefused = error.status < 500
            self.logger.log(
                level: isRefused ? .warning : .debug, "a report was not taken", metadata: ["error": "\(error.code)"])
            return isRefused
        }
    }
}
