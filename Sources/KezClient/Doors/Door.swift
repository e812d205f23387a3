package import KezCore

/// The API as both doors offer it. Source: protocol, sections 4 and 8.
package protocol Door: Sendable {
    /// The handle of the door's own key; nil when it has none. A suspended key is answered too.
    func ownHandle() async throws(KezError) -> Handle?
    func lookup(_ handle: String) async throws(KezError) -> UserObject
    func user(of primary: Primary) async throws(KezError) -> UserObject
    func sigchain(of primary: Primary, from: UInt64) async throws(KezError) -> SigchainView
    func append(_ link: [UInt8], to primary: Primary) async throws(KezError) -> AppendResult

    /// Returns once the message is durable. Repeating it is safe.
    func send(_ envelope: [UInt8], to recipient: Primary, handle: Handle?) async throws(KezError) -> SendReceipt
    /// - Parameter handle: the owner's own; the HTTP door needs it.
    func list(_ request: InboxListRequest, handle: Handle?) async throws(KezError) -> InboxPage

    /// Tells what arrives, until the task is cancelled: to be started before the first `list`.
    func live(
        _ owner: Handle?, since: @escaping @Sendable () -> UInt64, _ tell: @escaping @Sendable (LiveEvent) -> Void)
        async throws(KezError)
    /// Tells `recipient` something that nobody stores. Whether it is heard is not known.
    func signal(_ signal: LiveSignal, to recipient: Primary) async
    /// Hears what `sender` signals, until the task is cancelled; returns at once where the door has no signals.
    func signals(from sender: Primary, _ hear: @escaping @Sendable (LiveSignal) -> Void) async
    func close() async
}

extension Door {
    package func signal(_: LiveSignal, to _: Primary) async {}
    package func signals(from _: Primary, _: @escaping @Sendable (LiveSignal) -> Void) async {}
}

/// What a door tells of the owner's inbox.
package enum LiveEvent: Sendable {
    /// The subscription is in force: what is acknowledged from now on will be told or is in the next list.
    case ready
    /// A live copy. `previous` is the sequence before it on its subject, 0 for the first.
    case copy(InboxMessage, previous: UInt64)
    /// The next message of the inbox, in order and with nothing left out.
    case listed(InboxMessage)
    /// Something may have been missed.
    case mayHaveMissed
}
