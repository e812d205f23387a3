/// What a shard's view holds in all.
package struct InboxHoldings: Equatable, Sendable {
    package var messages = 0
    /// Recipients of whom the log still holds something.
    package var inboxes = 0

    package init(messages: Int = 0, inboxes: Int = 0) {
        self.messages = messages
        self.inboxes = inboxes
    }
}
