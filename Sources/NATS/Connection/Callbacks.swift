import CNats
private import Foundation
private import NKeys
import Synchronization

/// What libnats's callbacks of one connection attempt may touch. libnats holds a retain from connect until
/// its event loop is detached and its last event delivered.
final class CallbackContext: Sendable {
    let loop: EventLoop
    let credentials: ConnectionOptions.Credentials
    let onViolation: @Sendable (String) -> Void
    /// Set when the server's nonce was refused; libnats itself reports only "connection failed".
    let hostileNonce = Atomic<Bool>(false)
    /// Set when the signature of the server's nonce is one that libnats would not send.
    let unsendableSignature = Atomic<Bool>(false)

    init(loop: EventLoop, credentials: ConnectionOptions.Credentials, onViolation: @escaping @Sendable (String) -> Void)
    {
        self.loop = loop
        self.credentials = credentials
        self.onViolation = onViolation
    }
}

private func context(_ pointer: UnsafeMutableRawPointer) -> CallbackContext {
    unsafe Unmanaged<CallbackContext>.fromOpaque(pointer).takeUnretainedValue()
}

/// On the connecting thread; `userData` comes back in the other three.
func loopAttach(
    userData: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, loop: UnsafeMutableRawPointer?,
    connection _: OpaquePointer?, socket: natsSock
) -> natsStatus {
    guard let loop = unsafe loop else { return NATS_ERR }
    unsafe userData?.pointee = loop
    unsafe context(loop).loop.attach(socket: socket)
    return NATS_OK
}

func loopRead(userData: UnsafeMutableRawPointer?, add: Bool) -> natsStatus {
    if let userData = unsafe userData { unsafe context(userData).loop.setReading(add) }
    return NATS_OK
}

func loopWrite(userData: UnsafeMutableRawPointer?, add: Bool) -> natsStatus {
    if let userData = unsafe userData { unsafe context(userData).loop.setWriting(add) }
    return NATS_OK
}

func loopDetach(userData: UnsafeMutableRawPointer?) -> natsStatus {
    if let userData = unsafe userData { unsafe context(userData).loop.detach() }
    return NATS_OK
}

/// On libnats's callback thread, once, after every other event.
func connectionClosed(connection _: OpaquePointer?, closure: UnsafeMutableRawPointer?) {
    if let closure = unsafe closure { unsafe context(closure).loop.closed() }
}

/// On libnats's callback thread: errors that belong to no call, permission violations among them.
func errorArrived(
    connection: OpaquePointer?, subscription _: OpaquePointer?, status: natsStatus, closure: UnsafeMutableRawPointer?
) {
    guard let closure = unsafe closure, status == NATS_NOT_PERMITTED else { return }
    var text: UnsafePointer<CChar>?
    _ = unsafe natsConnection_GetLastError(connection, &text)
    let words = unsafe text.map { unsafe String(cString: $0) } ?? ""
    unsafe context(closure).onViolation(words)
}

/// On the connecting thread: signs the server's nonce with our nkey. libnats frees the signature.
func nonceArrived(
    customError _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, length: UnsafeMutablePointer<Int32>?,
    nonce: UnsafePointer<CChar>?, closure: UnsafeMutableRawPointer?
) -> natsStatus {
    guard let closure = unsafe closure, let nonce = unsafe nonce else { return NATS_ERR }
    let context = unsafe context(closure)
    let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: nonce, count: strlen(nonce)))
    guard case .nkey(let pair) = context.credentials, NoncePolicy.mayBeSigned(bytes) else {
        context.hostileNonce.store(true, ordering: .relaxed)
        return NATS_ERR
    }
    let signed = pair.sign(bytes)
    // libnats 3.4.1 takes a signature that begins with a zero byte, one in 256, for an empty string and logs in
    // without it (`_base64Encode` in its util.c). Another attempt brings another nonce.
    guard signed.first != 0 else {
        context.unsendableSignature.store(true, ordering: .relaxed)
        return NATS_ERR
    }
    guard let memory = unsafe malloc(signed.count) else { return NATS_NO_MEMORY }
    unsafe memory.copyMemory(from: signed, byteCount: signed.count)
    unsafe signature?.pointee = unsafe memory.bindMemory(to: UInt8.self, capacity: signed.count)
    unsafe length?.pointee = Int32(signed.count)
    return NATS_OK
}

/// Carries messages from libnats's delivery thread into Swift. libnats holds one retain on it, from
/// `subscribe` until `subscriptionEnded`.
final class Sink: Sendable {
    private let onMessage: @Sendable (Message) -> Void
    private let onEnd: @Sendable () -> Void

    init(onMessage: @escaping @Sendable (Message) -> Void, onEnd: @escaping @Sendable () -> Void) {
        self.onMessage = onMessage
        self.onEnd = onEnd
    }

    func deliver(_ message: Message) { self.onMessage(message) }

    func end() { self.onEnd() }
}

/// Called on a libnats thread, once per message; owns `message`.
func messageArrived(
    _: OpaquePointer?, _: OpaquePointer?, message: OpaquePointer?, closure: UnsafeMutableRawPointer?
) {
    guard let message = unsafe message, let closure = unsafe closure else { return }
    defer { unsafe natsMsg_Destroy(message) }
    unsafe Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().deliver(Message(copying: message))
}

/// Called on a libnats thread, once, after the last `messageArrived`; ends libnats's retain.
func subscriptionEnded(closure: UnsafeMutableRawPointer?) {
    guard let closure = unsafe closure else { return }
    unsafe Unmanaged<Sink>.fromOpaque(closure).takeRetainedValue().end()
}

extension Message {
    /// Copies a libnats message.
    init(copying message: OpaquePointer) {
        let length = Int(unsafe natsMsg_GetDataLength(message))
        var payload: [UInt8] = []
        if length > 0, let data = unsafe natsMsg_GetData(message) {
            payload = unsafe [UInt8](UnsafeRawBufferPointer(start: data, count: length))
        }
        self.init(
            subject: unsafe natsMsg_GetSubject(message).map { unsafe String(cString: $0) } ?? "",
            reply: unsafe natsMsg_GetReply(message).map { unsafe String(cString: $0) },
            headers: unsafe Headers(copying: message), payload: payload)
    }
}

extension Headers {
    init(copying message: OpaquePointer) {
        self.init()
        var keys: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var count: Int32 = 0
        guard unsafe natsMsgHeader_Keys(message, &keys, &count) == NATS_OK, let keys = unsafe keys else { return }
        defer { unsafe free(keys) }
        for index in 0..<Int(count) {
            guard let key = unsafe keys[index] else { continue }
            let name = unsafe String(cString: key)
            var values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            var valueCount: Int32 = 0
            guard unsafe natsMsgHeader_Values(message, key, &values, &valueCount) == NATS_OK,
                let values = unsafe values
            else { continue }
            defer { unsafe free(values) }
            for position in 0..<Int(valueCount) {
                if let value = unsafe values[position] { unsafe self.append(name, String(cString: value)) }
            }
        }
    }
}
