import Gateway
import HTTPTypes
import Hummingbird
import HummingbirdCore
import KezCore
import KezRuntime
import Logging
import NIOCore
import ServiceLifecycle

/// Health and metrics of a process whose role speaks no HTTP itself, in the gateway's form.
///
/// `/livez`: this process answers. `/readyz`: every part of it works; 503 with a sentence for each that does not.
/// `/metrics`: Prometheus text. Whoever reaches it is trusted.
struct InternalListener: Service {
    /// More connections than that wait in the system's queue.
    private static let connections = 64

    let address: SocketAddressSetting
    let health: HealthBoard
    let metrics: @Sendable () -> String
    let logger: Logger

    func run() async throws {
        let (health, metrics) = (self.health, self.metrics)
        let router = Router()
        router.get("livez") { _, _ in Self.answer(.ok, .json, [UInt8](#"{"status":"ok"}"#.utf8)) }
        router.get("readyz") { _, _ in
            let failures = Self.failures(health)
            return Self.answer(failures.isEmpty ? .ok : .serviceUnavailable, .json, Self.report(failures))
        }
        router.get("metrics") { _, _ in Self.answer(.ok, .prometheus, [UInt8](metrics().utf8)) }
        let application = Application(
            router: router,
            configuration: .init(
                address: .hostname(self.address.host, port: self.address.port),
                availableConnectionsDelegate: .maximum(Self.connections, logger: self.logger)),
            logger: self.logger)
        do {
            try await application.run()
        } catch {
            throw Failure("Metrics and health cannot listen on \(self.address) (--internal-bind): \(error)")
        }
    }

    /// The failing parts. A process whose service has said nothing yet is only starting.
    private static func failures(_ health: HealthBoard) -> [String: String] {
        health.hasReports ? health.failures : ["process": "it is starting"]
    }

    private static func report(_ failures: [String: String]) -> [UInt8] {
        JSONWriter.object { writer in
            writer.member("status", failures.isEmpty ? "ok" : "degraded")
            writer.member("failing") { writer in
                for (part, sentence) in failures.sorted(by: { $0.key < $1.key }) { writer.member(part, sentence) }
            }
        }
    }

    private enum Kind: String {
        case json = "application/json"
        case prometheus = "text/plain; version=0.0.4; charset=utf-8"
    }

    private static func answer(_ status: HTTPResponse.Status, _ kind: Kind, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: kind.rawValue, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
