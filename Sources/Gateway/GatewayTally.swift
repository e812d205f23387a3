import KezCore
private import Synchronization

/// What this gateway has done since its start, and has open now: `$SRV.STATS` shows it, and `kez status`. Every
/// number goes into the process's metrics as well.
final class GatewayTally: Sendable {
    struct Counts: Equatable, Sendable {
        var (requests, throttled, messages, reports) = (0, 0, 0, 0)
        var (streams, tunnels, connections) = (0, 0, 0)
        var (refused, pauses, lines, bytes) = (0, 0, 0, 0)
    }

    private let state = Mutex(Counts())

    var counts: Counts { self.state.withLock { $0 } }

    /// JSON.
    var data: [UInt8] {
        let counts = self.counts
        return JSONWriter.object { writer in
            writer.member("streams", counts.streams)
            writer.member("tunnels", counts.tunnels)
            writer.member("connections", counts.connections)
            writer.member("requests", counts.requests)
            writer.member("throttled", counts.throttled)
            writer.member("connections_refused", counts.refused)
            writer.member("messages", counts.messages)
            writer.member("tunnel_lines", counts.lines)
            writer.member("tunnel_bytes", counts.bytes)
            writer.member("tunnel_pauses", counts.pauses)
            writer.member("reports", counts.reports)
        }
    }

    func answered(route: String, method: String, status: Int, took: Duration) {
        self.state.withLock { counts in
            counts.requests += 1
            if status == 429 { counts.throttled += 1 }
        }
        GatewayMetrics.answered(route: route, method: method, status: status, took: took)
    }

    func stored(isAnonymous: Bool, isDuplicate: Bool) {
        self.state.withLock { $0.messages += 1 }
        GatewayMetrics.stored(isAnonymous: isAnonymous, isDuplicate: isDuplicate)
    }

    func streams(_ count: Int) {
        self.state.withLock { $0.streams = count }
        GatewayMetrics.streams(count)
    }

    func tunnels(_ count: Int) {
        self.state.withLock { $0.tunnels = count }
        GatewayMetrics.tunnels(count)
    }

    /// - Parameter change: 1 for a connection that was opened, -1 for one that was closed.
    func connections(_ change: Int) {
        let count = self.state.withLock { counts in
            counts.connections += change
            return counts.connections
        }
        GatewayMetrics.connections(count)
    }

    /// A connection of an address that has too many.
    func connectionRefused() {
        self.state.withLock { $0.refused += 1 }
        GatewayMetrics.connectionRefused()
    }

    /// - Parameter code: of the refusal.
    func tunnelRefused(_ code: ErrorCode) {
        if code == .rateLimited { self.state.withLock { $0.throttled += 1 } }
        GatewayMetrics.tunnelRefused(code.rawValue)
    }

    /// What a tunnel's client sent was passed on.
    func tunnelPassed(lines: Int, bytes: Int) {
        self.state.withLock { counts in
            counts.lines += lines
            counts.bytes += bytes
        }
        GatewayMetrics.tunnelPassed(lines: lines, bytes: bytes)
    }

    /// A tunnel's client was held back by a budget.
    func tunnelPaused() {
        self.state.withLock { $0.pauses += 1 }
        GatewayMetrics.tunnelPaused()
    }

    /// The registry took a report about a key.
    func reported(_ budget: AbuseReport.Budget) {
        self.state.withLock { $0.reports += 1 }
        GatewayMetrics.reported(budget.rawValue)
    }
}
