import KezClient

/// Handles by primary, looked up once each.
actor NameBook {
    /// Beyond so many, names are looked up again.
    private static let maximum = 10_000

    private let client: KezClient
    private var names: [String: String] = [:]

    init(_ client: KezClient) { self.client = client }

    /// Someone who gave the handle up keeps the key's name.
    func name(of primary: String) async -> String {
        if let name = self.names[primary] { return name }
        let name = (try? await self.client.lookup(primary).handle) ?? primary
        if self.names.count >= Self.maximum { self.names = [:] }
        self.names[primary] = name
        return name
    }
}
