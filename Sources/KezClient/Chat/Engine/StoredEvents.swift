import KezCore

/// What is stored, page by page, as the events that it was: nothing is answered, and files are only announced.
public struct StoredEvents: Sendable {
    private let client: KezClient
    private var cursor: UInt64
    private var book: ChatBook

    init(_ client: KezClient, since: UInt64) {
        self.client = client
        self.cursor = since
        self.book = ChatBook(me: client.identity.key)
    }

    /// - Parameter limit: stored messages that are looked at, 1 to 500; many of them, such as chunks, are no event.
    /// - Returns: the events, how many stored messages they came from, and whether there are more.
    /// - Throws: `ClientError`: `unavailable` after the retry budget.
    public mutating func next(limit: Int) async throws(ClientError) -> (events: [ChatEvent], count: Int, hasMore: Bool)
    {
        let request = InboxListRequest(since: self.cursor, limit: Int64(limit))
        let page: InboxPage
        do throws(KezError) {
            let client = self.client
            page = try await client.patiently { () throws(KezError) in
                try await client.door.list(request, handle: client.handle)
            }
        } catch {
            throw ClientError(error)
        }
        self.cursor = max(self.cursor, page.next)
        return (
            page.messages.flatMap { self.events(of: $0) }, page.messages.count, page.hasMore && !page.messages.isEmpty
        )
    }

    private mutating func events(of message: InboxMessage) -> [ChatEvent] {
        let origin = ChatEvent.Origin(seq: message.seq, receivedAt: message.receivedAt.textWithMilliseconds)
        switch ChatReading(message, for: self.client.identity) {
        case .anonymous: return [ChatEvent(.anonymous, origin: origin)]
        case .refused(let cause): return [ChatEvent(.refused(cause), origin: origin)]
        case .arrival(let arrival):
            return self.book.take(arrival).compactMap { output in
                if case .tell(let kind) = output { ChatEvent(kind, origin: origin) } else { nil }
            }
        }
    }
}

extension KezClient {
    /// What is stored behind a position, in order.
    public func storedEvents(since: UInt64 = 0) -> StoredEvents { StoredEvents(self, since: since) }

    /// One's own primary.
    public var primary: String { self.identity.primary }
}
