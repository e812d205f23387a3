import KezCore
import KezRuntime
import Metrics
import NATS

/// The inbox calls of one shard.
///
/// Source: protocol, section 8.
struct InboxCalls: Sendable {
    let barrier: ShardBarrier
    let jetStream: JetStream
    let limits: Limits

    private var shard: Shard { self.barrier.view.shard }

    var handlers: [RPCHandler] {
        [
            self.handler(.list, concurrency: 64) { calls, owner, members, deadline throws(KezError) in
                let request = try InboxListRequest(json: members.value)
                let head = try await calls.barrier.pass(deadline)
                return try await calls.barrier.answer { try await $0.page(of: owner, request, head: head).bytes }
            },
            self.handler(.head) { calls, owner, _, deadline throws(KezError) in
                _ = try await calls.barrier.pass(deadline)
                return try await calls.barrier.answer { try await $0.head(of: owner).bytes }
            },
            self.handler(.stats) { calls, owner, _, deadline throws(KezError) in
                _ = try await calls.barrier.pass(deadline)
                let limits = calls.limits
                return try await calls.barrier.answer { try await $0.stats(of: owner, limits: limits).bytes }
            },
            self.handler(.delete) { calls, owner, members, deadline throws(KezError) in
                let request = try InboxDeleteRequest(json: members.value)
                return InboxDeletion(deleted: try await calls.delete(request, of: owner, deadline)).bytes
            },
            self.handler(.settings) { calls, owner, members, deadline throws(KezError) in
                let change = try InboxSettings.Change(json: members.value)
                return try await calls.settings(change, of: owner, deadline).bytes
            },
        ]
    }

    /// A caller waits 4 s; the answer needs a moment to travel.
    static let budget: Duration = .milliseconds(3500)

    private typealias Answer = @Sendable (InboxCalls, Primary, MemberReader, Deadline) async throws(KezError) -> [UInt8]

    private func handler(_ method: RPCEndpoint.Inbox, concurrency: Int = 16, _ answer: @escaping Answer) -> RPCHandler {
        let duration = Timer(label: "kez_inbox_worker_call_duration", dimensions: [("method", method.rawValue)])
        return RPCHandler(.inbox(self.shard, method), concurrency: concurrency) { request throws(KezError) in
            let start = ContinuousClock.now
            defer { duration.record(duration: start.duration(to: .now)) }
            let owner = try request.account()
            return try await answer(self, owner, try request.members(), Deadline(after: Self.budget))
        }
    }

    // MARK: Deletes

    /// Writes the deletion into the log and waits until the view has applied it.
    private func delete(
        _ request: InboxDeleteRequest, of owner: Primary, _ deadline: Deadline
    ) async throws(KezError) -> Int {
        _ = try await self.barrier.pass(deadline)
        // What deletes nothing leaves no trace: a caller cannot fill the log with it.
        guard try await self.barrier.answer({ try await $0.wouldDelete(request, of: owner) }) else { return 0 }
        let publisher = ReliablePublisher(jetStream: self.jetStream, stream: StreamNames.log(self.shard))
        let sequence = try await publisher.publish(
            ControlMessage(request).bytes, to: Subjects.control(owner: owner), deadline)
        try await self.barrier.wait(self.barrier.view.log, for: sequence, deadline)
        return try await self.barrier.answer { try await $0.deleted(by: sequence) }
    }

    // MARK: Settings

    /// The settings in force after `change`.
    private func settings(
        _ change: InboxSettings.Change, of owner: Primary, _ deadline: Deadline
    ) async throws(KezError) -> InboxSettings {
        guard change.isEmpty else { return try await self.update(change, of: owner, deadline) }
        _ = try await self.barrier.pass(deadline)
        return try await self.barrier.answer { try await $0.settings(of: owner) }
    }

    /// Decides over what the stream's leader has, so that of two changes at once none is lost.
    private func update(
        _ change: InboxSettings.Change, of owner: Primary, _ deadline: Deadline
    ) async throws(KezError) -> InboxSettings {
        let subject = Subjects.settings(owner: owner)
        let publisher = ReliablePublisher(jetStream: self.jetStream, stream: StreamNames.settings)
        while !deadline.hasPassed {
            let last = try await publisher.last(on: subject)
            let current = last.flatMap { SettingsRecord($0)?.settings } ?? InboxSettings()
            let wanted = change.applied(to: current)
            var sequence = last?.sequence ?? 0
            if wanted != current {
                let written = try await publisher.publish(
                    wanted.bytes, to: subject, after: sequence, deadline)
                guard let written else { continue }
                sequence = written
            }
            try await self.barrier.wait(self.barrier.view.settings, for: sequence, deadline)
            return wanted
        }
        throw KezError(.unavailable)
    }
}
