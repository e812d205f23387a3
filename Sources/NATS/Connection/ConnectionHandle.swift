import CNats

/// Owns a libnats connection. Whoever calls into libnats holds a reference meanwhile, so the connection is
/// destroyed only after the last call has returned.
///
/// Safe to share: libnats takes the connection's own lock in every call.
@safe final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe natsConnection_Destroy(self.pointer) }
}

/// Owns a libnats subscription, under the same rule as `ConnectionHandle`.
///
/// Safe to share: libnats takes the subscription's own lock in every call.
@safe final class SubscriptionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe natsSubscription_Destroy(self.pointer) }
}

extension NATSError {
    /// Translates a status of libnats; reads the thread's last error, so call it right after the failed call.
    init(status: natsStatus, operation: String) {
        var ignored = natsStatus(rawValue: 0)
        let detail = unsafe nats_GetLastError(&ignored).map { unsafe String(cString: $0) }
        let kind: Kind =
            switch status {
            case NATS_TIMEOUT: .timeout
            case NATS_NO_RESPONDERS: .noResponders
            case NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_NO_SERVER, NATS_NOT_YET_CONNECTED,
                NATS_STALE_CONNECTION, NATS_IO_ERROR, NATS_DRAINING:
                .disconnected
            // A login that takes longer than 2 s: the server's first PING comes before its PONG, which libnats 3.4.1
            // does not expect. The next attempt may be quicker.
            case NATS_PROTOCOL_ERROR: .disconnected
            case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED: .authorization
            case NATS_MAX_PAYLOAD: .maximumPayload
            case NATS_INSUFFICIENT_BUFFER: .outboundFull
            case NATS_INVALID_SUBJECT, NATS_INVALID_ARG, NATS_INVALID_QUEUE_NAME: .invalid
            default: .library(Int(status.rawValue))
            }
        self.init(kind, operation: operation, detail: detail.flatMap { $0.isEmpty ? nil : $0 })
    }
}
