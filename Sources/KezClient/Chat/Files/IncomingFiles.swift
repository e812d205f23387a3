package import KezCore

/// Files that come in: chunks and pointer in any order, or twice; checked before they are handed out; bounded. Pure.
///
/// Source: protocol, section 6 (`kez-file-v1`).
package struct IncomingFiles: Sendable {
    package struct Key: Hashable, Sendable {
        package let sender: Primary
        package let file: FileID

        package init(sender: Primary, file: FileID) {
            self.sender = sender
            self.file = file
        }
    }

    package enum Failure: String, Sendable {
        case wrongHash = "wrong_hash"
        case wrongSize = "wrong_size"
        /// Asked often enough, and not everything came.
        case incomplete
        /// There was no room for more unfinished files.
        case evicted
    }

    package enum Change: Sendable {
        case progress(Key, MessageKey?, done: Int, count: Int)
        case whole(Key, MessageKey, FileDescription, bytes: [UInt8])
        case failed(Key, MessageKey, Failure, done: Int, count: Int)
    }

    /// A question for what is missing.
    package enum Want: Sendable {
        case ask(ChatKey, missing: [Int])
        case failed(Change)
        /// Whole, failed or forgotten.
        case nothing
    }

    fileprivate struct Transfer {
        let count: Int
        let begun: UInt64
        var pointer: (key: MessageKey, file: FileDescription)?
        var chunks: [Int: [UInt8]] = [:]
        var bytes = 0
        var failure: Failure?
        var wants = 0
        /// Where in the log its parts are.
        var places: ClosedRange<UInt64>?
    }

    private var unfinished: [Key: Transfer] = [:]
    /// Where in the log the parts of whole files are.
    private var whole: [Key: ClosedRange<UInt64>] = [:]
    private var wholeOrder: [Key] = []
    private var begun: UInt64 = 0

    package init() {}

    /// Where in the log the parts of a file are, from the first to the last that came; nil when none did.
    package func places(of key: Key) -> ClosedRange<UInt64>? { self.whole[key] ?? self.unfinished[key]?.places }

    /// Bytes of unfinished files of one sender.
    package func bytes(of sender: Primary) -> Int {
        self.unfinished.reduce(0) { $0 + ($1.key.sender == sender ? $1.value.bytes : 0) }
    }

    package func isWhole(_ key: Key) -> Bool { self.whole[key] != nil }

    /// The first part in the log of all files that are on their way.
    package var firstPlace: UInt64? {
        self.unfinished.values.filter { $0.failure == nil }.compactMap { $0.places?.lowerBound }.min()
    }

    package mutating func take(_ chunk: FileChunk, from sender: Primary, seq: UInt64) -> [Change] {
        let key = Key(sender: sender, file: chunk.file)
        guard self.whole[key] == nil else { return [] }
        var transfer = self.unfinished[key] ?? self.begin(chunk.count)
        guard transfer.count == chunk.count, transfer.failure == nil, transfer.chunks[chunk.index] == nil else {
            return []
        }
        transfer.bytes += chunk.data.count
        guard transfer.bytes <= transfer.pointer?.file.size ?? FileDescription.maximumSize else {
            return self.fail(key, transfer, .wrongSize)
        }
        transfer.chunks[chunk.index] = chunk.data
        transfer.note(seq)
        return self.went(key, transfer)
    }

    /// The visible message of a chunked file has come.
    package mutating func take(pointer: MessageKey, _ file: FileDescription, count: Int, seq: UInt64) -> [Change] {
        let key = Key(sender: pointer.sender, file: file.id)
        guard self.whole[key] == nil else { return [] }
        var transfer = self.unfinished[key] ?? self.begin(count)
        // The pointer says what counts: chunks of another division are of no use.
        if transfer.count != count || transfer.bytes > file.size || transfer.failure != nil {
            transfer = self.begin(count)
        }
        // A second message about the same file shows what the first one got.
        transfer.pointer = transfer.pointer ?? (pointer, file)
        transfer.note(seq)
        return self.went(key, transfer)
    }

    /// A file that came in one message.
    package mutating func take(inline message: MessageKey, _ file: FileDescription, data: [UInt8], seq: UInt64)
        -> [Change]
    {
        let key = Key(sender: message.sender, file: file.id)
        guard self.whole[key] == nil else { return [] }
        var transfer = self.begin(1)
        transfer.pointer = (message, file)
        transfer.chunks[0] = data
        transfer.bytes = data.count
        transfer.note(seq)
        return self.finish(key, transfer)
    }

    /// Takes over what `other` has of a file whose pointer is known, to ask for the rest of it.
    ///
    /// - Parameter first: where in the log its first part may be.
    /// - Returns: false when there is nothing to ask for.
    mutating func adopt(_ key: Key, from other: IncomingFiles, first: UInt64) -> Bool {
        guard self.whole[key] == nil, var transfer = other.unfinished[key], transfer.pointer != nil,
            transfer.failure == nil
        else { return false }
        transfer.wants = 0
        transfer.places = first...max(first, self.unfinished[key]?.places?.upperBound ?? 0)
        self.unfinished[key] = transfer
        _ = self.makeRoom(for: key)
        return true
    }

    package mutating func drop(_ key: Key) { self.unfinished[key] = nil }

    /// What to ask the sender for. Called when nothing has come for a while.
    package mutating func want(_ key: Key) -> Want {
        guard var transfer = self.unfinished[key], let pointer = transfer.pointer, transfer.failure == nil else {
            return .nothing
        }
        guard transfer.wants < ChatBounds.wants else {
            guard let change = self.fail(key, transfer, .incomplete).first else { return .nothing }
            return .failed(change)
        }
        transfer.wants += 1
        self.unfinished[key] = transfer
        let missing = (0..<transfer.count).lazy.filter { transfer.chunks[$0] == nil }.prefix(ChatBounds.wantIndices)
        return .ask(pointer.key.conversation, missing: Array(missing))
    }

    /// How many times it was asked for, and how many chunks are here; nil when it is not on its way.
    package func standing(_ key: Key) -> (wants: Int, done: Int)? {
        self.unfinished[key].flatMap { $0.failure == nil && $0.pointer != nil ? ($0.wants, $0.chunks.count) : nil }
    }

    private mutating func begin(_ count: Int) -> Transfer {
        self.begun += 1
        return Transfer(count: count, begun: self.begun)
    }

    private mutating func went(_ key: Key, _ transfer: Transfer) -> [Change] {
        self.unfinished[key] = transfer
        let evicted = self.makeRoom(for: key)
        guard transfer.pointer != nil, transfer.chunks.count == transfer.count else {
            return evicted + [.progress(key, transfer.pointer?.key, done: transfer.chunks.count, count: transfer.count)]
        }
        return evicted + self.finish(key, transfer)
    }

    private mutating func finish(_ key: Key, _ transfer: Transfer) -> [Change] {
        guard let pointer = transfer.pointer else { return [] }
        guard transfer.bytes == pointer.file.size else { return self.fail(key, transfer, .wrongSize) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(transfer.bytes)
        for index in 0..<transfer.count { bytes += transfer.chunks[index] ?? [] }
        guard pointer.file.matches(bytes) else { return self.fail(key, transfer, .wrongHash) }
        self.unfinished[key] = nil
        self.whole[key] = transfer.places ?? 0...0
        self.wholeOrder.append(key)
        if self.wholeOrder.count > ChatBounds.wholeFiles { self.whole[self.wholeOrder.removeFirst()] = nil }
        return [.whole(key, pointer.key, pointer.file, bytes: bytes)]
    }

    private mutating func fail(_ key: Key, _ transfer: Transfer, _ failure: Failure) -> [Change] {
        guard let pointer = transfer.pointer else {
            self.unfinished[key] = nil
            return []
        }
        var failed = transfer
        failed.failure = failure
        let done = transfer.chunks.count
        (failed.chunks, failed.bytes) = ([:], 0)
        self.unfinished[key] = failed
        return [.failed(key, pointer.key, failure, done: done, count: transfer.count)]
    }

    /// Lets unfinished transfers go until the bounds hold: the oldest without a pointer first, never the one at hand.
    private mutating func makeRoom(for current: Key) -> [Change] {
        let bounds = [
            (
                { (key: Key) in key.sender == current.sender }, ChatBounds.transfersOfSender,
                ChatBounds.transferBytesOfSender
            ),
            ({ (_: Key) in true }, ChatBounds.transfers, ChatBounds.transferBytes),
        ]
        var changes: [Change] = []
        for (belongs, most, mostBytes) in bounds {
            while true {
                let all = self.unfinished.filter { belongs($0.key) && $0.value.failure == nil }
                guard all.count > most || all.values.reduce(0, { $0 + $1.bytes }) > mostBytes else { break }
                let candidates = all.filter { $0.key != current }
                guard
                    let next = candidates.min(by: { left, right in
                        let (first, second) = (left.value.pointer == nil ? 0 : 1, right.value.pointer == nil ? 0 : 1)
                        return (first, left.value.begun) < (second, right.value.begun)
                    })
                else { break }
                changes += self.fail(next.key, next.value, .evicted)
            }
        }
        self.forgetFailures()
        return changes
    }

    /// What failed is remembered so that its later chunks begin nothing; not for ever.
    private mutating func forgetFailures() {
        let failed = self.unfinished.filter { $0.value.failure != nil }
        guard failed.count > ChatBounds.transfers, let oldest = failed.min(by: { $0.value.begun < $1.value.begun })
        else { return }
        self.unfinished[oldest.key] = nil
    }
}

extension IncomingFiles.Transfer {
    fileprivate mutating func note(_ seq: UInt64) {
        guard seq > 0 else { return }
        self.places = self.places.map { min($0.lowerBound, seq)...max($0.upperBound, seq) } ?? seq...seq
    }
}
