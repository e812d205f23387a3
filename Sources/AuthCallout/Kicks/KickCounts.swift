import KezCore
import Metrics
import Synchronization

/// What became of the kicks: for `$SRV.STATS` and for metrics.
final class KickCounts: Sendable {
    private struct State {
        var closed: [KickReason: Int] = [:]
        var surveys = 0
        var isSurveyDue = true
    }

    private let state = Mutex(State())
    private let closedTotal = Dictionary(
        uniqueKeysWithValues: KickReason.allCases.map { reason in
            (reason, Counter(label: "kez_auth_callout_kicks_total", dimensions: [("reason", reason.rawValue)]))
        })
    private let surveysTotal = Counter(label: "kez_auth_callout_surveys_total")

    /// A server says that it has closed one.
    func closed(_ reason: KickReason) {
        self.state.withLock { $0.closed[reason, default: 0] += 1 }
        self.closedTotal[reason]?.increment()
    }

    func surveyIsDue() { self.state.withLock { $0.isSurveyDue = true } }

    func surveyed() {
        self.state.withLock { state in
            state.surveys += 1
            state.isSurveyDue = false
        }
        self.surveysTotal.increment()
    }

    /// The member `kicks` of `$SRV.STATS`' data.
    func write(to writer: inout JSONWriter, watched: Int, isConnected: Bool) {
        let state = self.state.withLock { $0 }
        writer.member("closed", state.closed.values.reduce(0, +))
        for reason in KickReason.allCases { writer.member(reason.rawValue, state.closed[reason] ?? 0) }
        writer.member("watched", watched)
        writer.member("surveys", state.surveys)
        writer.member("survey_due", state.isSurveyDue)
        writer.member("connected", isConnected)
    }
}
