import ArgumentParser
import KezCore
import KezRuntime
import NATS

/// What the commands share that speak to a running system with the operator's key, `ops.nk`.
struct OperatorOptions: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var broker: BrokerOptions

    func keysFolder() throws -> String { try self.broker.keysFolder(data: self.data.folder()) }

    /// Connects, does `body`, and closes.
    ///
    /// - Throws: `NATSError` and retriable `KezError` for what may succeed later; `KezError` for a refusal.
    func withRegistry<Result>(_ body: (OperatorCalls) async throws -> Result) async throws -> Result {
        let pair = try DeploymentKeys.user(.ops, in: self.keysFolder())
        let settings = try self.broker.settings()
        let connection = try await NATSConnection.connect(settings.options(name: "kez-operator", pair: pair))
        do {
            let result = try await body(OperatorCalls(client: RPCClient(connection, timeout: settings.requestTimeout)))
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

/// The registry's calls that are the operator's alone.
///
/// Source: protocol, section 9; `kez.rpc.operator.registry.*`.
struct OperatorCalls: Sendable {
    let client: RPCClient

    func suspend(_ request: SuspendRequest) async throws(KezError) -> Suspension {
        try Suspension(json: try await self.call(.suspend, request))
    }

    func resume(_ target: SuspensionTarget) async throws(KezError) -> Resumption {
        try Resumption(json: try await self.call(.resume, ResumeRequest(target)))
    }

    /// Every suspension in force, page by page.
    func eachBan(_ body: (Suspension) -> Void) async throws(KezError) {
        var after: Primary?
        while true {
            let page = try BanList(
                json: try await self.call(.bans, BansRequest(after: after, limit: Int64(Limits.maximumPage))))
            for ban in page.bans { body(ban) }
            guard page.hasMore, let last = page.bans.last, last.primary != after else { return }
            after = last.primary
        }
    }

    private func call(_ method: RPCEndpoint.Registry, _ body: some JSONWritable) async throws(KezError) -> JSONValue {
        let subject = RPCSubject(caller: .service(.operator), endpoint: .registry(method))
        let answer = try await self.client.call(subject, body.bytes)
        return try JSONDocument(refusing: answer, maximumDepth: Limits.bodyDepth).root
    }
}
