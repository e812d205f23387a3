import KezCore
import KezRuntime
private import Synchronization

/// Who is who: asks the registry, and remembers the answers shortly (`UserCache`).
final class Directory: Sendable {
    private let link: BrokerLink
    private let server: ServerName
    private let ticks: @Sendable () -> Duration
    private let cache: Mutex<UserCache>

    init(link: BrokerLink, configuration: GatewayConfiguration) {
        self.link = link
        self.server = configuration.server
        self.ticks = configuration.ticks
        self.cache = Mutex(
            UserCache(capacity: configuration.tuning.userTable, lifetime: configuration.tuning.userLifetime))
    }

    /// The key that holds `handle`; nil when nobody does.
    ///
    /// - Throws: `KezError` when the registry does not answer.
    func primary(of handle: Handle, by deadline: Deadline) async throws(KezError) -> Primary? {
        let now = self.ticks()
        let (known, version) = self.cache.withLock { ($0.primary(of: handle, at: now), $0.version) }
        if let known { return known }
        let body: [UInt8]
        do {
            body = try await self.link.call(.lookup, LookupRequest(handle: handle.text).bytes, by: deadline)
        } catch {
            guard error.status == 404 else { throw error }
            return nil
        }
        let primary = try Self.read(body) { json throws(KezError) in try UserObject(json: json) }.primary
        self.cache.withLock { $0.learned(primary, of: handle, askedAt: version, at: now) }
        return primary
    }

    /// Whether `primary` has a handle, and is suspended.
    ///
    /// - Throws: `KezError` when the registry does not answer.
    func admission(of primary: Primary, by deadline: Deadline) async throws(KezError) -> Admission {
        let now = self.ticks()
        let (known, version) = self.cache.withLock { ($0.admission(of: primary, at: now), $0.version) }
        if let known { return known }
        let body = try await self.link.call(.admit, PrimaryRequest(primary).bytes, by: deadline)
        let admission = try Self.read(body) { json throws(KezError) in try Admission(json: json) }
        self.cache.withLock { $0.learned(admission, of: primary, askedAt: version, at: now) }
        return admission
    }

    /// The key that `text` means: a handle, `handle@server`, or a primary that has a handle here.
    ///
    /// - Returns: nil when that is nobody on this server.
    func recipient(_ text: String, by deadline: Deadline) async throws(KezError) -> Primary? {
        guard let reference = RecipientReference(text) else { return nil }
        if case .primary(let primary) = reference {
            return try await self.admission(of: primary, by: deadline).user == nil ? nil : primary
        }
        guard let handle = reference.handle(on: self.server) else { return nil }
        return try await self.primary(of: handle, by: deadline)
    }

    func invalidate(_ primary: Primary) { self.cache.withLock { $0.invalidate(primary) } }
    func invalidateAll() { self.cache.withLock { $0.invalidateAll() } }

    /// Reads what a service answered.
    static func read<Value>(
        _ body: [UInt8], _ read: (JSONValue) throws(KezError) -> Value
    ) throws(KezError) -> Value {
        do throws(KezError) {
            return try read(try JSONDocument(refusing: body, maximumDepth: Limits.bodyDepth).root)
        } catch {
            throw KezError.unreadable(error)
        }
    }
}
