import KezCore

/// A registered user, as the view holds it.
struct UserRecord: Equatable, Sendable {
    let handle: Handle
    let primary: Primary
    let registeredAt: Timestamp
    let chain: SigchainMark
}

/// What the view knows of a handle.
enum HandleRecord: Equatable, Sendable {
    case held(by: Primary, since: Timestamp)
    case released(by: Primary, at: Timestamp)
    /// Of an erased person.
    case closed(for: Primary, until: Timestamp)
}

/// What a key is on this server, once and for ever.
enum KeyRole: Equatable, Sendable {
    case primary
    case device(of: Primary)
}

/// A key may not send, for a reason and perhaps not for ever.
struct SuspensionRecord: Equatable, Sendable {
    let reason: String
    let since: Timestamp
    let until: Timestamp?
    let isAutomatic: Bool

    /// A suspension ends by itself.
    func isInForce(at now: Timestamp) -> Bool { self.until.map { now < $0 } ?? true }
}

extension Timestamp {
    /// A time as the view keeps it: every time of the log is written to the millisecond.
    init(unixMilliseconds count: Int64) {
        let seconds = count >= 0 ? count / 1000 : (count - 999) / 1000
        self.init(unixSeconds: seconds, nanoseconds: Int32(count - seconds * 1000) * 1_000_000)
    }
}
