import KezCore
import KezRuntime
import Logging
import NATS
private import Synchronization

/// The gateway's connection to the broker, which may not be there yet; and who wants to know when it came back.
final class BrokerLink: Sendable {
    private struct State {
        var connection: NATSConnection?
        var observers: [UInt64: @Sendable () -> Void] = [:]
        var nextID: UInt64 = 0
    }

    private let settings: BrokerSettings
    private let state = Mutex(State())

    init(settings: BrokerSettings) { self.settings = settings }

    /// The connection; nil before the broker was reached for the first time.
    var connection: NATSConnection? { self.state.withLock { $0.connection } }

    var isConnected: Bool { self.connection?.isConnected ?? false }

    /// - Throws: `KezError` with `unavailable`.
    func connected() throws(KezError) -> NATSConnection {
        guard let connection = self.connection, connection.isConnected else {
            throw KezError(.unavailable, "The broker cannot be reached; try again soon.")
        }
        return connection
    }

    func set(_ connection: NATSConnection?) {
        self.state.withLock { $0.connection = connection }
    }

    /// Tells everybody who observes that messages may have been missed.
    func announceReconnect() {
        let observers = self.state.withLock { Array($0.observers.values) }
        for observer in observers { observer() }
    }

    /// Calls `onReconnect` whenever messages may have been missed, until `stopObserving` with the number returned.
    func observe(_ onReconnect: @escaping @Sendable () -> Void) -> UInt64 {
        self.state.withLock { state in
            state.nextID += 1
            state.observers[state.nextID] = onReconnect
            return state.nextID
        }
    }

    func stopObserving(_ id: UInt64) {
        _ = self.state.withLock { $0.observers.removeValue(forKey: id) }
    }

    /// Calls an operation of a service.
    ///
    /// - Returns: the body of the answer, byte for byte.
    /// - Throws: `KezError`: the service's refusal; `unavailable` within the deadline when there is no answer.
    func call(
        _ subject: RPCSubject, _ body: [UInt8] = [UInt8]("{}".utf8), by deadline: Deadline
    ) async throws(KezError) -> [UInt8] {
        try await RPCClient(self.connected(), timeout: self.timeout(deadline)).call(subject, body)
    }

    /// The same, in the gateway's own name.
    func call(
        _ method: RPCEndpoint.Registry, _ body: [UInt8], by deadline: Deadline
    ) async throws(KezError) -> [UInt8] {
        try await self.call(RPCSubject(caller: .service(.gateway), endpoint: .registry(method)), body, by: deadline)
    }

    /// Sends a request on a subject that is no operation of the API.
    ///
    /// - Returns: nil when nobody listens there.
    /// - Throws: `KezError`: the refusal of who listens there; `unavailable`.
    func request(_ subject: String, _ body: [UInt8], within limit: Duration) async throws(KezError) -> [UInt8]? {
        let connection = try self.connected()
        do {
            let answer = try await connection.request(body, to: subject, timeout: limit)
            if let status = answer.headers["Nats-Service-Error-Code"].flatMap({ Int($0) }) {
                throw KezError(status: status, body: answer.payload)
            }
            return answer.payload
        } catch let error as KezError {
            throw error
        } catch let error as NATSError {
            if error.kind == .noResponders { return nil }
            throw KezError(broker: error)
        } catch {
            throw KezError(.unavailable)
        }
    }

    private func timeout(_ deadline: Deadline) throws(KezError) -> Duration {
        let timeout = deadline.remaining(atMost: self.settings.requestTimeout)
        guard timeout > .zero else { throw KezError(.unavailable, "No answer in time; try again soon.") }
        return timeout
    }
}

extension KezError {
    /// What a service answered cannot be read: its mistake, not the caller's.
    static func unreadable(_ cause: KezError) -> KezError { KezError(.internalError) }
}
