import Foundation
import KezClient
import KezTesting

/// Registered users of a system under test.
enum People {
    static func options(_ system: TestSystem, door: ClientOptions.Door = .nats) -> ClientOptions {
        ClientOptions(server: TestSystem.server, door: door, nats: [system.natsURL], http: system.url)
    }

    static func register(_ handle: String, on system: TestSystem) async throws -> Identity {
        let identity = Identity.generate()
        _ = try await KezClient.register(handle, identity: identity, options: self.options(system))
        return identity
    }

    static func connect(
        _ identity: Identity, to system: TestSystem, door: ClientOptions.Door = .nats
    ) async throws -> KezClient {
        try await KezClient.connect(identity: identity, options: self.options(system, door: door))
    }

    /// The whole inbox.
    static func inbox(of client: KezClient) async throws -> [ReceivedMessage] {
        var all: [ReceivedMessage] = []
        while true {
            let page = try await client.inbox(since: all.last?.seq ?? 0, limit: 500)
            all += page.messages
            if !page.hasMore { return all }
        }
    }
}

extension ReceivedMessage {
    var text: String? {
        if case .text(let text) = self.body { return text }
        return nil
    }
}

/// Messages that a listening client has shown so far.
actor Shown {
    private(set) var messages: [ReceivedMessage] = []

    func add(_ message: ReceivedMessage) { self.messages.append(message) }

    var texts: [String] { self.messages.compactMap(\.text) }
}
