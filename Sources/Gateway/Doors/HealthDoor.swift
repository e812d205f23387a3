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

/// Asks the services behind the gateway what callers would ask, so that "ok" means that calls are answered:
/// a service that is up but still replaying its log answers pings, yet no call.
struct HealthProbe: Sendable {
    private static let timeout: Duration = .seconds(2)
    /// Discovery's question to the callouts; the first answer is enough. What they decide must not be asked for only
    /// to see whether they live.
    private static let callout = "$SRV.PING.kez-auth-callout"
    /// A handle that nobody can have: the answer `not_found` takes a whole look-up.
    private static let nobody = LookupRequest(handle: "-").bytes

    let server: ServerName
    let link: BrokerLink

    func report() async -> HealthReport {
        let failing = self.link.isConnected ? await self.silentParts() : ["broker"]
        return HealthReport(server: self.server, version: KezVersion.current, failing: failing)
    }

    private func silentParts() async -> [String] {
        let deadline = Deadline(after: Self.timeout)
        let silent = await withTaskGroup(of: String?.self) { group -> Set<String> in
            group.addTask {
                let subject = RPCSubject(caller: .service(.gateway), endpoint: .registry(.lookup))
                return await self.isAnswered(subject, Self.nobody, by: deadline) ? nil : "registry"
            }
            for shard in Shard.all {
                group.addTask {
                    // A key of the shard that has no inbox: the answer takes a whole read of an empty one.
                    guard let nobody = Primary(hex: shard.digit + String(repeating: "0", count: 63)) else { return nil }
                    return await self.isAnswered(.inbox(.head, of: nobody), by: deadline) ? nil : "inbox-worker"
                }
            }
            group.addTask {
                let answer = try? await self.link.request(Self.callout, [], within: Self.timeout)
                return answer == nil ? "auth-callout" : nil
            }
            return await group.reduce(into: []) { parts, part in if let part { parts.insert(part) } }
        }
        // With the broker gone meanwhile, nobody can answer.
        return self.link.isConnected ? silent.sorted() : ["broker"]
    }

    /// Whether the service behind `subject` answers; a refusal that is not for its own state is an answer.
    private func isAnswered(
        _ subject: RPCSubject, _ body: [UInt8] = [UInt8]("{}".utf8), by deadline: Deadline
    ) async -> Bool {
        do {
            _ = try await self.link.call(subject, body, by: deadline)
            return true
        } catch {
            return error.status < 500
        }
    }
}
