import KezCore
import KezRuntime
private import Synchronization

/// Health, for people and load balancers, and of this process alone, for its supervisor.
///
/// Source: protocol, section 4.
final class HealthDoor: Sendable {
    private let configuration: GatewayConfiguration
    private let link: BrokerLink
    private let board: HealthBoard
    private let probe: SharedRead<HealthReport, Never>
    private let last = Mutex<(report: HealthReport, at: Duration)?>(nil)

    init(configuration: GatewayConfiguration, link: BrokerLink, board: HealthBoard) {
        self.configuration = configuration
        self.link = link
        self.board = board
        let probe = HealthProbe(server: configuration.server, link: link)
        self.probe = SharedRead { () async throws(Never) -> HealthReport in await probe.report() }
    }

    /// `GET /v1/healthz`: one question to the services at a time, its answer shown for a moment.
    func report() async -> Reply {
        let now = self.configuration.ticks()
        let known = self.last.withLock { last in
            last.flatMap { now - $0.at < self.configuration.tuning.healthLifetime ? $0.report : nil }
        }
        let report: HealthReport
        if let known {
            report = known
        } else {
            report = await self.probe.value()
            self.last.withLock { $0 = (report, self.configuration.ticks()) }
        }
        return .json(report.bytes, status: report.status)
    }

    /// `GET /livez`: the process answers.
    func live() -> Reply { .json([UInt8](#"{"status":"ok"}"#.utf8)) }

    /// `GET /readyz`: every part of the process works, and it has the broker.
    func ready() -> Reply {
        var failures = self.board.failures
        if !self.link.isConnected { failures["broker"] = "the broker cannot be reached" }
        let body = JSONWriter.object { writer in
            writer.member("status", failures.isEmpty ? "ok" : "degraded")
            writer.member("failing") { writer in
                for (part, sentence) in failures.sorted(by: { $0.key < $1.key }) { writer.member(part, sentence) }
            }
        }
        return .json(body, status: failures.isEmpty ? 200 : 503)
    }
}

/// Asks every service behind the gateway for a sign of life.
struct HealthProbe: Sendable {
    private static let timeout: Duration = .seconds(2)
    /// Name in the report, and of the service.
    private static let services = [("registry", "kez-registry"), ("inbox-worker", "kez-inbox-worker")]

    let server: ServerName
    let link: BrokerLink

    func report() async -> HealthReport {
        let failing = self.link.isConnected ? await self.silentParts() : ["broker"]
        return HealthReport(server: self.server, version: KezVersion.current, failing: failing)
    }

    private func silentParts() async -> [String] {
        let silent = await withTaskGroup(of: String?.self) { group -> [String] in
            for (part, service) in Self.services {
                group.addTask {
                    // Every instance answers; the first one is enough.
                    let answer = try? await self.link.request("$SRV.PING.\(service)", [], within: Self.timeout)
                    return answer == nil ? part : nil
                }
            }
            var parts: [String] = []
            for await part in group { if let part { parts.append(part) } }
            return parts
        }
        // With the broker gone meanwhile, nobody can answer.
        return self.link.isConnected ? silent.sorted() : ["broker"]
    }
}
