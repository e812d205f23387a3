import KezCore

/// Reactions, edits, deletes, receipts. Each is decided by places, not by the order of arrival, so that live copies,
/// lists and one's other clients come to the same end. A target that has not come is waited for.
extension ChatBook {
    mutating func affect(_ effect: ChatEffect, by sender: Primary, at order: ChatOrder, in key: ChatKey) -> [ChatOutput]
    {
        switch self.target(of: effect, by: sender, in: key) {
        case .here(let target): return self.apply(effect, by: sender, at: order, to: target)
        case .gone: return []
        case .unknown:
            self.conversations[key]?.hold(.init(sender: sender, order: order, effect: effect))
            return self.event(of: effect, by: sender, in: key, message: nil)
        }
    }

    mutating func receipt(_ kind: ReceiptKind, _ ids: [MessageID], _ arrival: ChatArrival, _ key: ChatKey)
        -> [ChatOutput]
    {
        var changed: [ChatMessage] = []
        let order = ChatOrder(at: arrival.at, seq: arrival.seq, id: arrival.id)
        for id in ids {
            let effect = ChatEffect.receipt(target: id, kind)
            switch self.target(of: effect, by: arrival.sender, in: key) {
            case .here(let target):
                guard let message = self.message(target),
                    let after = Self.changed(message, effect, by: arrival.sender, at: order)
                else { continue }
                self.conversations[key]?.update(after)
                changed.append(after)
            case .gone: continue
            // A receipt can come before the copy of one's own message that another client sends.
            case .unknown: self.conversations[key]?.hold(.init(sender: arrival.sender, order: order, effect: effect))
            }
        }
        let state: ChatMessage.State = kind == .read ? .read : .delivered
        return [.tell(.receipt(ChatReceipt(conversation: key, state: state, ids: ids.map(\.hex), messages: changed)))]
    }

    /// - Returns: what is to be told; nothing when the message stays as it is.
    mutating func apply(_ effect: ChatEffect, by sender: Primary, at order: ChatOrder, to target: MessageKey)
        -> [ChatOutput]
    {
        guard let message = self.message(target) else { return [] }
        let key = target.conversation
        if case .seen = effect {
            _ = self.readUpTo(message.order, in: key)
            return [.tell(.read(key, upTo: target.id.hex))]
        }
        guard let after = Self.changed(message, effect, by: sender, at: order) else { return [] }
        self.conversations[key]?.update(after)
        var outputs = self.event(of: effect, by: sender, in: key, message: after)
        if case .delete = effect, case .file(let file) = message.shown {
            outputs.append(.drop(from: target.sender, file: file.description.id))
        }
        return outputs
    }

    /// Marks everything up to `order` as read.
    ///
    /// - Returns: the others' messages that this made read.
    package mutating func readUpTo(_ order: ChatOrder, in key: ChatKey) -> [ChatMessage] {
        guard let conversation = self.conversations[key], conversation.readUpTo.map({ order > $0 }) ?? true else {
            return []
        }
        let read = conversation.ordered(after: conversation.readUpTo, through: order)
        self.conversations[key]?.readUpTo = order
        return read.filter { !$0.isMine }
    }

    private enum Target { case here(MessageKey), gone, unknown }

    private func target(of effect: ChatEffect, by sender: Primary, in key: ChatKey) -> Target {
        guard let conversation = self.conversations[key] else { return .unknown }
        var isGone = false
        for author in self.authors(of: effect, by: sender, in: key) {
            let author = ConversationState.Author(sender: author, id: effect.target)
            if conversation[author] != nil {
                return .here(MessageKey(conversation: key, sender: author.sender, id: author.id))
            }
            isGone = isGone || conversation.has(author)
        }
        return isGone ? .gone : .unknown
    }

    /// Whose message it can be about: one edits and deletes one's own, and is told about one's own.
    private func authors(of effect: ChatEffect, by sender: Primary, in key: ChatKey) -> [Primary] {
        switch effect {
        case .edit, .delete: [sender]
        case .receipt: [self.me]
        case .seen: [key.peer, self.me]
        // Ids are random: both having one of the same id is contrived, and the other's is then meant.
        case .reaction: sender == self.me ? [key.peer, self.me] : [self.me, sender]
        }
    }

    private func event(of effect: ChatEffect, by sender: Primary, in key: ChatKey, message: ChatMessage?)
        -> [ChatOutput]
    {
        let change = ChatChange(conversation: key, by: sender, targetID: effect.target, message: message)
        switch effect {
        case .reaction(_, let emoji): return [.tell(.reacted(change, emoji: emoji))]
        case .edit(_, let text): return [.tell(.edited(change, text: text))]
        case .delete: return [.tell(.deleted(change))]
        // Told together, with all its ids; read marks wait silently.
        case .receipt, .seen: return []
        }
    }

    /// The message after the effect; nil when nothing changes.
    private static func changed(
        _ message: ChatMessage, _ effect: ChatEffect, by sender: Primary, at order: ChatOrder
    ) -> ChatMessage? {
        guard message.shown != .deleted else { return nil }
        var after = message
        switch effect {
        case .reaction(_, let emoji):
            if let present = message.reactionsBySender[sender], present.order >= order { return nil }
            after.reactionsBySender[sender] = ChatReaction(emoji: emoji, order: order)
        case .edit(_, let text):
            if let present = message.editedAt, present >= order { return nil }
            switch message.shown {
            case .text: after.shown = .text(text)
            case .file(var file):
                file.caption = text
                after.shown = .file(file)
            default: return nil
            }
            after.editedAt = order
        case .delete:
            after.shown = .deleted
            after.reactionsBySender = [:]
            after.editedAt = nil
        case .receipt(_, let kind):
            let state: ChatMessage.State = kind == .read ? .read : .delivered
            // It proves that the message was sent, whatever became of the acknowledgement.
            guard let present = message.state, present != .read, present != state else { return nil }
            after.state = state
            after.failure = nil
        case .seen: return nil
        }
        return after
    }
}
