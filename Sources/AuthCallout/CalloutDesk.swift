import Foundation
import KezCore
import KezRuntime
import Logging
import NATS
import NKeys

/// Answers authorization requests, whichever way they come: opens, decides, signs, seals.
struct CalloutDesk: Sendable {
    /// The broker gives up at the request's `exp`; an answer must be there a moment before.
    private static let margin: Duration = .milliseconds(500)
    /// How long the registry is waited for on behalf of an HTTP caller, who waits 5 s in all.
    private static let gatewaysPatience: Duration = .seconds(3)
    /// The same for the broker, whose own limit, `authorization.timeout`, is commonly shorter.
    private static let brokersPatience: Duration = .seconds(30)
    private static let xkeyHeader = "Nats-Server-Xkey"

    let configuration: AuthCalloutConfiguration
    let admissions: Admissions
    let counts: DecisionCounts
    let logger: Logger
    /// Cryptography and JSON take a core each; more at the same time would only make all of them late.
    private let cores = Gate(permits: max(2, ProcessInfo.processInfo.activeProcessorCount))

    init(configuration: AuthCalloutConfiguration, admissions: Admissions, counts: DecisionCounts, logger: Logger) {
        self.configuration = configuration
        self.admissions = admissions
        self.counts = counts
        self.logger = logger
    }

    /// What becomes of a request that could be read.
    private enum Outcome {
        case allow(CalloutDecision.Grant)
        case refuse(Refusal)
        case drop(Drop)
    }

    // MARK: The broker's own subject

    /// A request of the broker's, on `$SYS.REQ.USER.AUTH`: sealed for us by the server whose curve key stands in
    /// its header, and answered sealed for that key.
    func answerBroker(_ message: Message) async -> ServiceReply {
        let start = ContinuousClock.now
        defer { self.counts.took(.now - start, cached: self.admissions.cached) }
        do {
            return .success(try await self.sealedAnswer(to: message))
        } catch {
            self.counts.dropped(error)
            self.logger.debug("authorization request dropped", metadata: ["callout.reason": "\(error.rawValue)"])
            return .silence
        }
    }

    private func sealedAnswer(to message: Message) async throws(Drop) -> [UInt8] {
        guard let text = message.headers[Self.xkeyHeader] else { return try self.refusePlain(message.payload) }
        let (key, identity, request, proof) = try await self.cores.withPermit { () throws(Drop) in
            // A longer one is no request: see `AuthorizationRequest`, to which sealing adds 44 bytes.
            guard message.payload.count <= AuthorizationRequest.maximumBytes + 44,
                let key = try? NKey(text: text, role: .curve),
                let (identity, token) = self.open(message.payload, from: key)
            else { throw .unopened }
            let request = try self.read(token)
            return (key, identity, request, self.prove(request))
        }
        let outcome = await self.decide(proof, request, patience: Self.brokersPatience)
        return try await self.cores.withPermit { () throws(Drop) in
            let answer = try self.sign(outcome, for: request, as: identity)
            guard let sealed = try? identity.curve.seal([UInt8](answer.utf8), to: key) else {
                throw .unanswerable
            }
            return sealed
        }
    }

    /// The request, and by which of our keys its server knows us.
    private func open(_ sealed: [UInt8], from key: NKey) -> (CalloutKeyPair, [UInt8])? {
        for identity in [self.configuration.identity] + self.configuration.others {
            if let token = try? identity.curve.open(sealed, from: key) { return (identity, token) }
        }
        return nil
    }

    /// A plain request comes from a server whose configuration lacks our xkey. Its operator finds the reason in
    /// that server's log, so it is answered, plainly.
    private func refusePlain(_ token: [UInt8]) throws(Drop) -> [UInt8] {
        let request = try self.read(token)
        return [UInt8](try self.sign(.refuse(.notSealed), for: request).utf8)
    }

    private func read(_ token: [UInt8]) throws(Drop) -> AuthorizationRequest {
        do {
            return try AuthorizationRequest(token: token)
        } catch {
            throw .notARequest
        }
    }

    // MARK: The gateway's door

    /// A request that came through `/internal/nats/auth`, on `kez.callout.decide`: the same decision, unsealed.
    ///
    /// That the asking server need not be known is no hole. An answer lets in only the connection whose `user_nkey`
    /// it names, a key that a server makes up for each connection and tells nobody; and a server takes answers only
    /// as replies to its own requests on its own subject. Whoever asks here with a request of his own making gets a
    /// token that no server takes. All he learns is whether a key that he can sign for has a handle, and the door
    /// in front of this needs the operator's token or the internal listener.
    func answerGateway(_ message: Message) async -> ServiceReply {
        let start = ContinuousClock.now
        defer { self.counts.took(.now - start, cached: self.admissions.cached) }
        do {
            let request = try self.read(message.payload)
            let outcome = await self.decide(self.prove(request), request, patience: Self.gatewaysPatience)
            return .success([UInt8](try self.sign(outcome, for: request).utf8))
        } catch {
            self.counts.dropped(error)
            let answer =
                switch error {
                case .notARequest, .unopened:
                    KezError(.badRequest, "This is not an authorization request of a NATS server.")
                case .noRegistry: KezError(.unavailable, "The registry cannot be reached; try again soon.")
                case .unanswerable: KezError(.internalError)
                }
            return .failure(status: answer.status, message: answer.message, body: answer.body)
        }
    }

    // MARK: Decision and signature

    private func prove(_ request: AuthorizationRequest) -> Result<CalloutDecision.ProvenKey, Refusal> {
        Result { () throws(Refusal) in
            try CalloutDecision.provenKey(of: request, now: self.configuration.clock.now().unixSeconds)
        }
    }

    /// - Parameter patience: how long the registry may be waited for, but never longer than the broker waits.
    ///
    /// Waiting is better than a quick refusal: stock clients give up for good after two refusals, while a registry
    /// that restarts is back within seconds. (A client that waits for less, as libnats does for 2 s, fails in a way
    /// that it tries again.) Only when the broker stops waiting the request is dropped, for a refusal would say
    /// something of the key that nobody knows.
    private func decide(
        _ proof: Result<CalloutDecision.ProvenKey, Refusal>, _ request: AuthorizationRequest, patience: Duration
    ) async -> Outcome {
        do throws(Refusal) {
            let now = self.configuration.clock.now()
            let key = try proof.get()
            let left = now.distance(to: Timestamp(unixSeconds: request.expires)) - Self.margin
            let deadline = ContinuousClock.now + max(.seconds(1), min(left, patience))
            guard let admission = try? await self.admissions.admission(of: key.account, for: .login, until: deadline)
            else {
                return .drop(.noRegistry)
            }
            return .allow(try CalloutDecision.grant(to: key, admission: admission, server: self.configuration.server))
        } catch {
            return .refuse(error)
        }
    }

    /// The signed answer; counts and logs what was decided.
    private func sign(
        _ outcome: Outcome, for request: AuthorizationRequest, as identity: CalloutKeyPair? = nil
    ) throws(Drop) -> String {
        let response = AuthorizationResponse(issuer: (identity ?? self.configuration.identity).issuer)
        let now = self.configuration.clock.now().unixSeconds
        do {
            switch outcome {
            case .allow(let grant):
                let token = try response.allowing(
                    grant, for: request, now: now,
                    lifetime: CalloutDecision.lifetime(
                        of: grant, now: now, usual: .random(in: AuthorizationResponse.lifetime)))
                self.counts.allowed(isSuspended: grant.isSuspended)
                self.logger.debug("connection allowed", metadata: ["callout.name": "\(grant.name)"])
                return token
            case .refuse(let refusal):
                let token = try response.refusing(refusal, for: request, now: now)
                self.counts.refused(refusal)
                self.logger.debug("connection refused", metadata: ["callout.reason": "\(refusal.rawValue)"])
                return token
            case .drop(let drop): throw drop
            }
        } catch let drop as Drop {
            throw drop
        } catch {
            throw .unanswerable
        }
    }
}
