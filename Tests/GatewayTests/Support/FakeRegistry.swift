import KezCore
import KezRuntime
import KezTesting
import NATS

/// The registry, as far as the gateway sees it: answers from a dictionary, with the registry's own key.
final class FakeRegistry: Sendable {
    struct State: Sendable {
        var users: [Handle: Primary] = [:]
        var suspended: Set<Primary> = []
        var reports: [AbuseReport] = []
        /// Answered to every report while set.
        var reportFailure: KezError?
        /// What came in, by method.
        var bodies: [String: [[UInt8]]] = [:]
        /// What a method answers instead of its own answer.
        var answers: [String: Result<[UInt8], KezError>] = [:]
        var chains: [Primary: [[UInt8]]] = [:]
    }

    let state = LockedBox(State())
    let connection: NATSConnection
    private let server: ServerName

    init(_ deployment: TestDeployment) async throws {
        self.connection = try await deployment.connect(.registry)
        self.server = deployment.server
    }

    func user(_ handle: Handle) -> UserObject? {
        let state = self.state.value
        guard let primary = state.users[handle] else { return nil }
        return UserObject(
            handle: handle, fqhn: "\(handle)@\(self.server)", primary: primary,
            sigchainURL: "http://sig.test/v1/sigchains/ed25519/\(primary.hex)",
            registeredAt: Timestamp(unixSeconds: 1_700_000_000),
            sigchain: SigchainMark(length: 0, head: nil))
    }

    // swift-format-ignore: NeverForceUnwrap
    func add(_ handle: String, _ primary: Primary) { self.state.update { $0.users[Handle(handle)!] = primary } }

    /// Changes something and tells it, as an event of the log does.
    func change(_ primary: Primary, _ change: (inout State) -> Void) throws {
        self.state.update { change(&$0) }
        try self.connection.publish([UInt8]("{}".utf8), to: Subjects.registryLog(.suspend, primary))
    }

    /// How often it was asked; the health check's look-up of nobody is left out.
    func count(_ method: RPCEndpoint.Registry) -> Int {
        let probe = LookupRequest(handle: "-").bytes
        return self.state.value.bodies[method.rawValue]?.count { $0 != probe } ?? 0
    }

    func run() async throws {
        let service = NATSService(
            .init(name: "kez-registry", version: "1.0.0", text: "fake"), on: self.connection)
        let methods: [RPCEndpoint.Registry] = [
            .lookup, .byPrimary, .admit, .register, .release, .sigchainGet, .sigchainAppend,
        ]
        let endpoints = try methods.map { method in
            try service.add(
                RPCHandler(.registry(method)) { request throws(KezError) in try self.answer(method, request) }
                    .endpoint())
        }
        let accounts = try [RPCEndpoint.Account.status, .report].map { method in
            try service.add(
                RPCHandler(.account(method)) { request throws(KezError) in try self.answer(method, request) }.endpoint()
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for endpoint in accounts { group.addTask { await endpoint.run() } }
            group.addTask { try await service.runDiscovery() }
            for endpoint in endpoints { group.addTask { await endpoint.run() } }
            try await group.waitForAll()
        }
    }

    private func answer(_ method: RPCEndpoint.Registry, _ request: RPCRequest) throws(KezError) -> [UInt8] {
        let canned = self.state.update { state in
            state.bodies[method.rawValue, default: []].append(request.body)
            return state.answers[method.rawValue]
        }
        if let canned { return try canned.get() }
        let members = try request.members()
        switch method {
        case .lookup:
            guard let handle = Handle(try members.string("handle")), let user = self.user(handle) else {
                throw KezError(.notFound)
            }
            return user.bytes
        case .byPrimary:
            guard let user = self.user(holding: try members.primary("primary")) else { throw KezError(.notFound) }
            return user.bytes
        case .admit:
            let primary = try members.primary("primary")
            return Admission(
                user: self.user(holding: primary), isSuspended: self.state.value.suspended.contains(primary)
            ).bytes
        case .register:
            let envelope = try SignedEnvelope(parsing: request.body)
            guard let handle = envelope.payload["handle"]?.string.flatMap({ Handle($0) }) else {
                throw KezError(.badHandle)
            }
            self.state.update { $0.users[handle] = envelope.key }
            guard let user = self.user(handle) else { throw KezError(.internalError) }
            return user.bytes
        case .release:
            let envelope = try SignedEnvelope(parsing: request.body)
            self.state.update { state in state.users = state.users.filter { $0.value != envelope.key } }
            return [UInt8](#"{"released":true}"#.utf8)
        case .sigchainGet:
            let primary = try members.primary("primary")
            guard let links = self.state.value.chains[primary] else { throw KezError(.notFound) }
            return SigchainView(primary: primary, links: links, head: nil, length: links.count).bytes
        case .sigchainAppend:
            return AppendResult(seq: 1, head: String(repeating: "0", count: 64)).bytes
        default:
            throw KezError(.notFound)
        }
    }

    private func answer(_ method: RPCEndpoint.Account, _ request: RPCRequest) throws(KezError) -> [UInt8] {
        switch method {
        case .status:
            let account = try request.account()
            let isSuspended = self.state.value.suspended.contains(account)
            return AccountStatus(
                handle: self.state.value.users.first { $0.value == account }?.key, isSuspended: isSuspended,
                reason: isSuspended ? "Too loud." : nil,
                until: isSuspended ? Timestamp(unixSeconds: 1_900_000_000) : nil
            ).bytes
        case .report:
            guard request.caller == .service(.gateway) else { throw KezError(.forbidden) }
            let report = try AbuseReport(json: request.members().value)
            let failure = self.state.update { state in
                if state.reportFailure == nil { state.reports.append(report) }
                return state.reportFailure
            }
            if let failure { throw failure }
            return AbuseReportReply(isSuspended: false).bytes
        }
    }

    private func user(holding primary: Primary) -> UserObject? {
        self.state.value.users.first { $0.value == primary }.flatMap { self.user($0.key) }
    }
}
