import Foundation
import Gateway
import KezCore
import KezRuntime
import ServiceLifecycle
import Synchronization

/// Tells on standard output where the server is, once everything works.
final class Announcement: Sendable {
    private let server: ServerName
    private let broker: String
    private let folder: String
    private let addresses = Mutex<GatewayAddresses?>(nil)

    init(server: ServerName, broker: String, folder: String) {
        self.server = server
        self.broker = broker
        self.folder = folder
    }

    func gatewayIsReady(_ addresses: GatewayAddresses) { self.addresses.withLock { $0 = addresses } }

    /// Waits until every part is healthy, prints, and then only stays until shutdown.
    func service(health: HealthBoard) -> some Service {
        AnnouncementService(announcement: self, health: health)
    }

    fileprivate func text() -> String? {
        guard let addresses = self.addresses.withLock({ $0 }) else { return nil }
        var lines = [
            "", "kez \(KezVersion.current) is running for \(self.server)", "",
            "  web client and HTTP API  \(Self.url(addresses.publicPort))",
        ]
        if let sigchain = addresses.sigchainPort { lines.append("  sigchains                \(Self.url(sigchain))") }
        lines += [
            "  metrics and health       \(Self.url(addresses.internalPort))",
            "  broker                   \(self.broker)",
            "  data                     \(self.folder)", "",
            "Register the first user in another terminal:", "",
            "  \(Self.program) register alice\(self.options(addresses))", "",
        ]
        return lines.joined(separator: "\n")
    }

    /// What a client must be told beside its own defaults.
    private func options(_ addresses: GatewayAddresses) -> String {
        var options = ""
        if self.server.text != "kez.lat" { options += " --server \(self.server)" }
        let url = Self.url(addresses.publicPort)
        if !url.hasSuffix(":6969") { options += " --url \(url)" }
        return options
    }

    private static func url(_ port: Int) -> String { "http://localhost:\(port)" }

    private static var program: String { CommandLine.arguments.first ?? "kez" }
}

private struct AnnouncementService: Service {
    let announcement: Announcement
    let health: HealthBoard

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if self.health.isReady, let text = self.announcement.text() {
                    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
                    return
                }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        try? await gracefulShutdown()
    }
}
