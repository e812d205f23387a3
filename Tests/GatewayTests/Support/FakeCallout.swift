import KezCore
import KezRuntime
import KezTesting
import NATS

/// The auth callout, as far as the gateway sees it.
final class FakeCallout: Sendable {
    /// The only request it knows and its answer; anything else is refused.
    let known = LockedBox<(request: String, response: String)>(("", ""))
    /// Decisions it was asked for.
    let asked = LockedBox(0)
    let connection: NATSConnection

    init(_ deployment: TestDeployment) async throws { self.connection = try await deployment.connect(.callout) }

    func run() async throws {
        let service = NATSService(.init(name: "kez-auth-callout", version: "1.0.0", text: "fake"), on: self.connection)
        let endpoint = try service.add(
            ServiceEndpoint(name: "decide", subject: "kez.callout.decide") { message in
                self.asked.update { $0 += 1 }
                let known = self.known.value
                guard message.payload == [UInt8](known.request.utf8), !message.payload.isEmpty else {
                    let error = KezError(.badRequest, "This is not an authorization request of a NATS server.")
                    return .failure(status: error.status, message: error.message, body: error.body)
                }
                return .success([UInt8](known.response.utf8))
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.runDiscovery() }
            group.addTask { await endpoint.run() }
            try await group.waitForAll()
        }
    }
}
