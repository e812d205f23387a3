import KezCore
import KezRuntime

/// What `$SRV.STATS` shows of a registry: how far its view is, and what it holds.
enum RegistryStatistics {
    /// `{"position","lag","events","handles","current"}`; `lag` is null when the broker does not tell the head,
    /// `events` and `handles` when the view cannot be read.
    static func read(_ view: RegistryView, _ phase: RegistryPhase, _ barrier: LogBarrier) async -> [UInt8] {
        let counts = try? await view.read { queries in
            (try LogState.fetch(queries.database).position.next, try queries.handleCount())
        }
        let head = await barrier.head()
        let position = view.gate.position
        return JSONWriter.object { writer in
            writer.member("position", position)
            writer.member("lag", head.map { $0 > position ? $0 - position : 0 })
            writer.member("events", counts?.0)
            writer.member("handles", counts?.1)
            writer.member("current", phase.snapshot.isCurrent)
        }
    }
}
