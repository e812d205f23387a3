import KezCore
private import Synchronization

extension ChatEngine {
    /// Has `timer` fire then; an earlier or later time replaces the one that was set.
    func arm(_ timer: ChatTimer, at time: ContinuousClock.Instant) {
        let isNew = self.state.withLock { $0.timers.updateValue(time, forKey: timer) == nil }
        if isNew { _ = self.timers.add(timer) }
    }

    func runTimers() async {
        await withDiscardingTaskGroup { group in
            for await timer in self.timers.jobs { group.addTask { await self.wait(for: timer) } }
        }
    }

    private func wait(for timer: ChatTimer) async {
        while !Task.isCancelled {
            let time = self.state.withLock { state -> ContinuousClock.Instant? in
                guard let time = state.timers[timer] else { return nil }
                if time <= .now { state.timers[timer] = nil }
                return time
            }
            guard let time else { return }
            if time <= .now { return await self.fire(timer) }
            // It may be set to an earlier time meanwhile; receipts are the only ones, and these only to "at once".
            try? await Task.sleep(until: time)
        }
    }

    private func fire(_ timer: ChatTimer) async {
        switch timer {
        case .receipts(let key): self.sendReceipts(key)
        case .want(let key): await self.want(key)
        case .typing(let key): self.tellTyping(key, false)
        }
    }

    private func sendReceipts(_ key: ChatKey) {
        let due = self.state.withLock { state in
            let isWanted =
                self.options.sendsReceipts && state.book.settings.receipts && state.book.isContact(key.peer)
                && key.peer != state.book.me
            return state.receipts.take(key, now: .now, isWanted: isWanted)
        }
        if let (kind, ids) = due.receipt {
            self.post(quiet: Content(.receipt(kind, ids), conversation: key.thread), to: key.peer)
        }
        if let upTo = due.readUpTo {
            self.post(quiet: Content(.sync(.read(peer: key.peer, upTo: upTo))), to: self.client.identity.key)
        }
        if let again = due.again { self.arm(.receipts(key), at: again) }
    }

    private func want(_ key: IncomingFiles.Key) async {
        // Its parts may be among what is still to be listed.
        guard self.state.withLock({ $0.isCaughtUp }) else { return self.armWant(key) }
        guard self.state.withLock({ $0.book.isContact(key.sender) }) else { return }
        switch self.state.withLock({ $0.files.want(key) }) {
        case .ask(let conversation, let missing):
            self.post(
                quiet: Content(.fileWant(key.file, missing: missing), conversation: conversation.thread), to: key.sender
            )
            self.armWant(key)
        case .failed(let change):
            if let kind = self.event(of: change) { await self.relay.push([ChatEvent(kind)]) }
        case .nothing: break
        }
    }

    // MARK: Typing

    /// Hears `peer`'s signals from now on.
    func hear(_ peer: Primary) {
        guard peer != self.client.identity.key else { return }
        let isNew = self.state.withLock { state in
            state.heard.count < ChatBounds.signals && state.heard.insert(peer).inserted
        }
        if isNew { _ = self.listening.add(peer) }
    }

    func hearSignals() async {
        await withDiscardingTaskGroup { group in
            for await peer in self.listening.jobs {
                group.addTask { await self.client.door.signals(from: peer) { self.heard($0, from: peer) } }
            }
        }
    }

    private func heard(_ signal: LiveSignal, from peer: Primary) {
        guard case .typing(let isActive) = signal, self.state.withLock({ $0.book.settings.typing }) else { return }
        let key = ChatKey(peer: peer)
        if isActive { self.arm(.typing(key), at: .now + ChatBounds.typingLasts) }
        self.tellTyping(key, isActive)
    }

    /// One event a change, and none while the reader is far behind: it says nothing any more when it comes late.
    private func tellTyping(_ key: ChatKey, _ isActive: Bool) {
        let isNews = self.state.withLock { state in
            isActive ? state.typing.insert(key).inserted : state.typing.remove(key) != nil
        }
        if isNews { self.relay.offer(ChatEvent(.typing(key, isActive: isActive))) }
    }
}
