import KezCore
import KezRuntime

/// The calls of the registry, as the protocol's section 8 lists them.
///
/// `suspend`, `resume` and `erase` are not served here: nobody responds to them.
struct RegistryCalls: Sendable {
    /// Calls of one kind answered at the same time. Writers wait for their turn within it, so it bounds their queue.
    private static let concurrency = 256

    let configuration: RegistryConfiguration
    let view: RegistryView
    let barrier: LogBarrier
    let writer: RegistryWriter
    let metrics: RegistryMetrics
    let chains = ChainCache()
    let budgets: SearchBudgets

    init(
        configuration: RegistryConfiguration, view: RegistryView, barrier: LogBarrier, writer: RegistryWriter,
        metrics: RegistryMetrics
    ) {
        self.configuration = configuration
        self.view = view
        self.barrier = barrier
        self.writer = writer
        self.metrics = metrics
        self.budgets = SearchBudgets(configuration.limits.searches)
    }

    var handlers: [RPCHandler] {
        [
            self.handler(.registry(.register), self.register), self.handler(.registry(.release), self.release),
            self.handler(.registry(.sigchainAppend), self.append), self.handler(.registry(.lookup), self.lookup),
            self.handler(.registry(.byPrimary), self.byPrimary), self.handler(.registry(.search), self.search),
            self.handler(.registry(.sigchainGet), self.chain), self.handler(.registry(.admit), self.admit),
            self.handler(.account(.status), self.status),
        ]
    }

    private func handler(
        _ endpoint: RPCEndpoint,
        _ answer: @escaping @Sendable (RPCRequest, Deadline) async throws(KezError) -> [UInt8]
    ) -> RPCHandler {
        let (metrics, budget) = (self.metrics, self.configuration.callBudget)
        return RPCHandler(endpoint, concurrency: Self.concurrency) { request throws(KezError) in
            do throws(KezError) {
                let body = try await answer(request, Deadline(after: budget))
                metrics.answered(endpoint, code: "ok")
                return body
            } catch {
                metrics.answered(endpoint, code: error.code.rawValue)
                throw error
            }
        }
    }

    /// What a registration or release is held against, now.
    var door: ClaimDoor {
        ClaimDoor(
            server: self.configuration.server, reserved: self.configuration.reserved,
            now: self.configuration.clock.now(), maximumBytes: self.configuration.limits.signedBodyBytes)
    }

    /// Signed things are a person's own; the gateway, which speaks for HTTP callers, brings anybody's.
    ///
    /// - Throws: `KezError` with 403 `forbidden`, after the checks of the thing itself and before those that
    ///   tell anything of the registry.
    func requireOwn(_ signed: Primary, _ caller: RPCCaller) throws(KezError) {
        guard caller == .service(.gateway) || caller == .account(signed) else {
            throw KezError(.forbidden, "Over the broker a key brings its own envelopes only.")
        }
    }
}
