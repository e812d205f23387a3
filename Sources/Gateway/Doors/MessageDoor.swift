import KezCore
import KezRuntime
import Logging
import NATS
private import Synchronization

/// `POST /v1/messages`: checks in the protocol's order, then one publish into the log.
///
/// Before the checks of section 6 come those of the body, the envelope's size and the recipient: the later ones
/// need them. A message without a sender pays from its address's budget first.
///
/// Source: protocol, sections 4 and 6.
final class MessageDoor: Sendable {
    private let configuration: GatewayConfiguration
    private let link: BrokerLink
    private let directory: Directory
    private let budgets: AddressBudgets
    private let tally: GatewayTally
    private let log: MessageLog
    private let ledger: Mutex<QuotaLedger>

    init(
        configuration: GatewayConfiguration, link: BrokerLink, directory: Directory, budgets: AddressBudgets,
        tally: GatewayTally, logger: Logger
    ) {
        self.configuration = configuration
        self.link = link
        self.directory = directory
        self.budgets = budgets
        self.tally = tally
        self.log = MessageLog(link: link, logger: logger)
        self.ledger = Mutex(
            QuotaLedger(
                limits: configuration.limits, lifetime: configuration.tuning.quotaLifetime,
                capacity: configuration.tuning.userTable))
    }

    func post(_ request: IncomingRequest, atMost limit: Int) async throws(KezError) -> Reply {
        let members = try MemberReader(body: try await request.bytes(atMost: limit))
        let to = try members.string("to")
        let value = try members.required("envelope", "a JSON object") { $0 }
        guard value.range.count <= self.configuration.limits.envelopeBytes else {
            throw KezError(
                .tooLarge,
                "The envelope is larger than the \(self.configuration.limits.envelopeBytes) bytes that this server takes."
            )
        }
        guard let recipient = try await self.directory.recipient(to, by: request.deadline) else {
            throw KezError(.unknownRecipient)
        }
        let envelope = value.raw
        let sender = try await self.sender(of: envelope, to: recipient, request)
        let receipt = try await self.store(envelope, to: recipient, from: sender, by: request.deadline)
        return .json(receipt.bytes, status: 201)
    }

    /// Who sends the envelope; nil for a message without a sender, which is taken.
    private func sender(
        of envelope: [UInt8], to recipient: Primary, _ request: IncomingRequest
    ) async throws(KezError) -> Primary? {
        switch OpaqueEnvelope.classify(envelope) {
        case .malformed(let reason):
            throw reason.error
        case .attributed(let attribution, let document):
            try attribution.verify(document.root)
            guard attribution.to == recipient else { throw KezError(.wrongRecipient) }
            let admission = try await self.directory.admission(of: attribution.from, by: request.deadline)
            guard admission.user != nil else { throw KezError(.unknownSender) }
            if let refusal = admission.refusal { throw refusal }
            return attribution.from
        case .anonymous:
            guard self.configuration.anonymous == .allow else { throw KezError(.anonymousRefused) }
            try self.budgets.take(.anonymous, for: request.address)
            let body = try await self.link.call(.inbox(.settings, of: recipient), by: request.deadline)
            let settings = try Directory.read(body) { json throws(KezError) in try InboxSettings(json: json) }
            guard settings.anonymous else { throw KezError(.anonymousRefused) }
            return nil
        }
    }

    private func store(
        _ envelope: [UInt8], to recipient: Primary, from sender: Primary?, by deadline: Deadline
    ) async throws(KezError) -> SendReceipt {
        let message = QuotaLedger.Message(recipient: recipient, bytes: envelope.count, isAnonymous: sender == nil)
        try await self.reserve(message, by: deadline)
        do throws(KezError) {
            let acknowledgement = try await self.log.store(envelope, to: recipient, from: sender, by: deadline)
            self.ledger.withLock { $0.settle(message, isStored: !acknowledgement.duplicate) }
            self.tally.stored(isAnonymous: sender == nil, isDuplicate: acknowledgement.duplicate)
            return SendReceipt(
                seq: acknowledgement.seq, receivedAt: self.configuration.clock.now(),
                isDuplicate: acknowledgement.duplicate)
        } catch {
            // It may be stored all the same (no acknowledgement in time): counted, until the worker is asked again.
            self.ledger.withLock { $0.settle(message, isStored: error.isRetriable) }
            throw error
        }
    }

    /// - Throws: `KezError` with `inbox_full`.
    private func reserve(_ message: QuotaLedger.Message, by deadline: Deadline) async throws(KezError) {
        var decision = self.ledger.withLock { $0.decide(message, isFresh: false, at: self.configuration.ticks()) }
        if decision == .ask {
            let before = self.ledger.withLock { $0.added(to: message.recipient) }
            let body = try await self.link.call(.inbox(.stats, of: message.recipient), by: deadline)
            let stats = try Directory.read(body) { json throws(KezError) in try InboxStats(json: json) }
            let now = self.configuration.ticks()
            decision = self.ledger.withLock { ledger in
                ledger.learned(stats, of: message.recipient, addedBefore: before, at: now)
                return ledger.decide(message, isFresh: true, at: now)
            }
        }
        guard decision == .granted else { throw KezError(.inboxFull) }
    }
}
