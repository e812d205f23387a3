import KezCore
private import KezRuntime

extension KezClient {
    /// Sends a text or a file to somebody, and tells one's own other clients; returns once both are durable.
    ///
    /// - Parameters:
    ///   - progress: called with the number of chunks that are stored, of a file that needs several.
    ///   - warn: called with a sentence when the message is out, but one's other clients could not be told.
    /// - Throws: as `send`; `too_large` for a file above 10 MiB.
    package func send(
        _ what: Outgoing, to recipient: String, acceptingNewKey: Bool = false,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }, warn: (String) -> Void = { _ in }
    ) async throws(ClientError) -> Receipt {
        do throws(KezError) {
            let user = try await self.trusted(recipient, acceptingNewKey: acceptingNewKey)
            if case .file(let file) = what, !file.isInline {
                let count = file.count
                progress(0, count)
                try await self.sendChunks(Array(0..<count), of: file, to: user.primary, handle: user.handle) { done in
                    progress(done, count)
                    return true
                }
            }
            let (id, createdAt, content) = (MessageID.random(), WallClock.system.now().inMilliseconds, what.content)
            let receipt = try await self.post(
                content, to: user.primary, handle: user.handle, id: id, createdAt: createdAt)
            if user.primary != self.identity.key {
                await self.tellOwnClients(of: what, id, to: user.primary, createdAt, warn)
            }
            return Receipt(seq: receipt.seq, id: id.hex, isDuplicate: receipt.isDuplicate)
        } catch {
            throw ClientError(error)
        }
    }

    package enum Outgoing: Sendable {
        case text(String)
        case file(OutgoingFile)

        var content: Content {
            switch self {
            case .text(let text): Content(.text(text, replyTo: nil))
            case .file(let file): Content(file.content)
            }
        }
    }

    private func tellOwnClients(
        of what: Outgoing, _ id: MessageID, to recipient: Primary, _ createdAt: Timestamp, _ warn: (String) -> Void
    ) async {
        let sync = SyncContent.sent(to: recipient, id: id, createdAt: createdAt, body: what.content.unpadded)
        do throws(KezError) {
            _ = try await self.post(Content(.sync(sync)), to: self.identity.key, handle: self.handle)
        } catch {
            return warn("The message was sent; your other clients could not be told of it: \(error.message)")
        }
        if case .file(let file) = what, !file.isInline { await self.mirror(file) }
    }

    /// Sends the chunks of a file to oneself: when this program is gone, nobody else could give them to one's other
    /// clients. What of them fails, those ask for in vain and say so.
    func mirror(_ file: OutgoingFile) async {
        try? await self.sendChunks(Array(0..<file.count), of: file, to: self.identity.key, handle: self.handle) { _ in
            true
        }
    }

    /// Sends chunks, `ChatBounds.window` of them at a time; returns once all are durable.
    ///
    /// - Parameter progress: called with how many are stored, one call after another; false stops the transfer.
    /// - Throws: `KezError` of the first that could not be sent; `cancelled` when it was stopped.
    func sendChunks(
        _ indices: [Int], of file: OutgoingFile, to recipient: Primary, handle: Handle? = nil,
        progress: @Sendable (Int) -> Bool
    ) async throws(KezError) {
        let result = await withTaskGroup(of: Result<Void, KezError>.self) { group -> Result<Void, KezError> in
            var next = indices.makeIterator()
            func addNext() {
                guard let index = next.next() else { return }
                let content = Content(.fileChunk(file.chunk(index)))
                group.addTask {
                    do throws(KezError) {
                        _ = try await self.post(content, to: recipient, handle: handle)
                        return .success(())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for _ in 0..<ChatBounds.window { addNext() }
            var done = 0
            while let result = await group.next() {
                if case .failure = result {
                    group.cancelAll()
                    return result
                }
                done += 1
                guard progress(done), !Task.isCancelled else {
                    group.cancelAll()
                    return .failure(KezError(.cancelled, "The transfer was cancelled."))
                }
                addNext()
            }
            return .success(())
        }
        try result.get()
    }
}

extension ErrorCode {
    /// A client's own: the person stopped it.
    static let cancelled = ErrorCode(rawValue: "cancelled")
}
