import AsyncHTTPClient
import Foundation
import KezCore
import KezRuntime
import NATS
import NIOCore

/// Looks at a deployment and lets the checks judge what it finds. It changes nothing.
struct DoctorVisit: Sendable {
    let dataFolder: String
    let keysFolder: String
    let broker: BrokerSettings
    /// The broker's monitoring address; nil asks over the system account.
    let monitor: String?
    let limits: Limits
    let replicas: Int

    private static let largestAnswer = 1 << 20

    func findings() async -> [Finding] {
        var found = KeyFileChecks.findings(MachineFacts.keys(self.keysFolder))
        found += MachineChecks.dataFolder(self.dataFolder, mode: MachineFacts.mode(self.dataFolder))
        if let disk = MachineFacts.disk(self.dataFolder) {
            found.append(MachineChecks.disk(of: self.dataFolder, free: disk.free, size: disk.size))
        }
        if let own = MachineFacts.openFiles(of: "self") {
            found.append(MachineChecks.openFiles(own, of: "What is started from here"))
        }
        if let pid = MachineFacts.brokerProcess(data: self.dataFolder), let limit = MachineFacts.openFiles(of: pid) {
            found.append(MachineChecks.openFiles(limit, of: "The broker"))
        }
        return found + (await self.brokerFindings())
    }

    /// What only a running system tells.
    private func brokerFindings() async -> [Finding] {
        let servers = await self.servers()
        let synchronised = await MachineFacts.isClockSynchronised()
        let brokers = (try? servers.get()) ?? []
        let distances = brokers.compactMap { server in
            server.asked.flatMap { asked in server.now.map { asked.distance(to: $0) } }
        }
        let furthest = distances.max { abs($0 / .seconds(1)) < abs($1 / .seconds(1)) }
        var found = ClockChecks.findings(distance: furthest, isSynchronised: synchronised)
        switch servers {
        case .success(let servers):
            found += BrokerChecks.findings(servers, limits: self.limits, replicas: self.replicas)
        case .failure(let failure): found.append(failure.finding)
        }
        do {
            found += try await self.operations(brokers: brokers.count)
        } catch {
            found.append(Self.unreachable(error))
        }
        return found
    }

    /// Streams and services, with the operator's key.
    private func operations(brokers: Int) async throws -> [Finding] {
        let pair = try DeploymentKeys.user(.ops, in: self.keysFolder)
        let connection = try await NATSConnection.connect(self.broker.options(name: "kez-doctor", pair: pair))
        do {
            let expected = ExpectedStreams(limits: self.limits, replicas: self.replicas)
            let streams = try await self.streams(expected, JetStream(connection))
            let services = try await Discovery.gather(
                "PING", expecting: StatusReport.expectedServices, on: connection
            ).map {
                ServiceChecks.Instance(name: $0["name"]?.string ?? "", version: $0["version"]?.string ?? "")
            }
            await connection.close()
            return StreamChecks.findings(streams, expected: expected, brokers: brokers)
                + ServiceChecks.findings(
                    services, expected: StatusReport.expectedServices, version: KezVersion.current)
        } catch {
            await connection.close()
            throw error
        }
    }

    private func streams(_ expected: ExpectedStreams, _ jetStream: JetStream) async throws -> [String: StreamInfo] {
        try await withThrowingTaskGroup(of: StreamInfo?.self) { group in
            for name in expected.all.map(\.name) {
                group.addTask {
                    do {
                        return try await jetStream.streamInfo(name)
                    } catch let error as NATSError {
                        guard case .jetStream(.streamNotFound, _) = error.kind else { throw error }
                        return nil
                    }
                }
            }
            var found: [String: StreamInfo] = [:]
            for try await info in group { if let info { found[info.config.name] = info } }
            return found
        }
    }

    /// A visit that could not be made, which is a finding of its own.
    private struct Unfinished: Error {
        let finding: Finding
    }

    private func servers() async -> Result<[BrokerChecks.Server], Unfinished> {
        do {
            guard let monitor = self.monitor else { return .success(try await self.gathered()) }
            return .success(try await self.monitored(monitor))
        } catch {
            return .failure(Unfinished(finding: Self.unreachable(error)))
        }
    }

    /// Every broker of the cluster, asked over the system account.
    private func gathered() async throws -> [BrokerChecks.Server] {
        let pair = try DeploymentKeys.user(.admin, in: self.keysFolder)
        let system = try await NATSConnection.connect(self.broker.options(name: "kez-doctor", pair: pair))
        do {
            let asked = WallClock.system.now()
            let answers = try await system.gather(from: "$SYS.REQ.SERVER.PING.VARZ")
            await system.close()
            return answers.compactMap { StatusReport.json($0)?["data"] }.map {
                BrokerChecks.Server(varz: $0, asked: asked)
            }
        } catch {
            await system.close()
            throw error
        }
    }

    /// One broker, asked at its monitoring address.
    private func monitored(_ url: String) async throws -> [BrokerChecks.Server] {
        let asked = WallClock.system.now()
        do {
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: url + "/varz"), timeout: TimeAmount.seconds(4))
            let body = try await answer.body.collect(upTo: Self.largestAnswer)
            let root = try JSONDocument(parsing: [UInt8](buffer: body), maximumDepth: Limits.bodyDepth).root
            return [BrokerChecks.Server(varz: root, asked: asked)]
        } catch {
            throw Unfinished(
                finding: .problem(
                    "broker", "\(url)/varz does not answer as a broker's monitoring does: \(error).",
                    do: "Correct --nats-monitor, or leave it out: then the system account is asked."))
        }
    }

    private static func unreachable(_ error: any Error) -> Finding {
        switch error {
        case let error as Unfinished: error.finding
        case let error as KeyFile.Failure:
            .problem("broker", "It was not asked: \(error).", do: "Give a folder with ops.nk and admin.nk by --keys.")
        case let error as NATSError where error.kind == .authorization:
            .problem(
                "broker", "The broker does not know these keys.",
                do: "Is --nats this deployment's? Run `kez init` and restart the broker if keys were replaced.")
        default:
            .problem("broker", "It cannot be asked: \(error).", do: "Is it running, and is --nats its address?")
        }
    }
}
