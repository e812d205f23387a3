extension NATSConnection {
    /// Sends one request that many may answer, and collects the answers.
    ///
    /// - Parameters:
    ///   - quiet: the collection ends when nothing came for so long after an answer.
    ///   - timeout: it ends then at the latest, also when nobody answered.
    /// - Returns: the answers, at most 10,000; none when nobody listens.
    package func gather(
        _ payload: [UInt8] = [], from subject: String, quiet: Duration = .milliseconds(400),
        timeout: Duration = .seconds(2)
    ) async throws(NATSError) -> [Message] {
        let inbox = self.newInbox()
        let subscription = try self.subscribe(to: inbox, buffer: 10_000)
        defer { subscription.stop() }
        try self.publish(payload, to: subject, reply: inbox)
        let end = ContinuousClock.now.advanced(by: timeout)
        var answers: [Message] = []
        while answers.count < 10_000 {
            let next = answers.isEmpty ? end : min(end, ContinuousClock.now.advanced(by: quiet))
            guard case .messages(let some) = await subscription.mailbox.take(upTo: 1000, deadline: next) else { break }
            answers += some.filter { !$0.isNoResponders }
            if some.contains(where: \.isNoResponders) { break }
        }
        return answers
    }
}
