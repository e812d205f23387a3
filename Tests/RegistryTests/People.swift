import KezCore
import KezRuntime
import KezTesting
import Sodium
import Testing

/// Somebody with a key, who signs what the registry takes.
struct Person: Sendable {
    let signer: EnvelopeSigner
    let server: ServerName

    init(_ server: ServerName, key: SigningKey = .generate()) {
        self.signer = EnvelopeSigner(key)
        self.server = server
    }

    var primary: Primary { self.signer.primary }

    /// A claim on `handle`; claims of different `mark`s are different envelopes.
    func registration(_ handle: String, at time: Timestamp = now(), mark: Int = 0) throws -> [UInt8] {
        try self.claim(.handleRegistration, handle, time, mark)
    }

    func release(_ handle: String, at time: Timestamp = now(), mark: Int = 0) throws -> [UInt8] {
        try self.claim(.handleRelease, handle, time, mark)
    }

    func profile(on chain: Sigchain, at time: Timestamp = now(), text: String = "") throws -> [UInt8] {
        try SigchainLink.sign("profile", on: chain, createdAt: time, by: self.signer) { $0.member("text", text) }
    }

    func adding(_ device: Person, to chain: Sigchain, at time: Timestamp = now()) throws -> [UInt8] {
        try SigchainLink.signDeviceAdd(
            device.signer.key, name: "phone", can: [.send], on: chain, createdAt: time, by: self.signer)
    }

    func revoking(_ device: Person, on chain: Sigchain, at time: Timestamp = now()) throws -> [UInt8] {
        try SigchainLink.signDeviceRevoke(device.primary, on: chain, createdAt: time, by: self.signer)
    }

    private func claim(_ tag: EnvelopeTag, _ handle: String, _ time: Timestamp, _ mark: Int) throws -> [UInt8] {
        try self.signer.sign(tag) { writer in
            writer.member("handle", handle)
            writer.member("primary", self.primary)
            writer.member("server", self.server.text)
            writer.member("created_at", time)
            writer.member("mark", mark)
        }
    }
}

func now() -> Timestamp { WallClock.system.now() }

/// A time of day that the test sets.
final class ManualClock: Sendable {
    private let box: LockedBox<Timestamp>

    init(_ time: Timestamp = now()) { self.box = LockedBox(time) }

    var time: Timestamp { self.box.value }
    var clock: WallClock { WallClock { self.box.value } }

    func advance(by duration: Duration) { self.box.update { $0 = $0.advanced(by: duration) } }
}

/// The refusal that `body` throws; nil when it succeeds.
func refusal<Result>(_ body: () async throws -> Result) async throws -> KezError? {
    do {
        _ = try await body()
        return nil
    } catch let error as KezError {
        return error
    }
}

extension [UInt8] {
    var json: JSONValue {
        get throws { try JSONDocument(parsing: self, maximumDepth: Limits.bodyDepth).root }
    }

    var user: UserObject { get throws { try UserObject(json: self.json) } }
}
