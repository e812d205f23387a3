import KezClient
import KezCore
import Testing

@Suite struct IncomingFilesTests {
    private static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private struct Case {
        let file: OutgoingFile
        let message: MessageKey
        let key: IncomingFiles.Key
        var files = IncomingFiles()

        init(_ bytes: [UInt8] = IncomingFilesTests.bytes) throws {
            self.file = try OutgoingFile(filename: "f.bin", bytes: bytes)
            self.message = MessageKey(conversation: ChatKey(peer: Talk.bob), sender: Talk.bob, id: .random())
            self.key = IncomingFiles.Key(sender: Talk.bob, file: self.file.description.id)
        }

        mutating func chunk(_ index: Int, seq: UInt64 = 0) -> [IncomingFiles.Change] {
            self.files.take(self.file.chunk(index), from: Talk.bob, seq: seq)
        }

        mutating func pointer(_ description: FileDescription? = nil, count: Int? = nil, seq: UInt64 = 0)
            -> [IncomingFiles.Change]
        {
            self.files.take(
                pointer: self.message, description ?? self.file.description, count: count ?? self.file.count, seq: seq)
        }
    }

    @Test func chunksAndPointerComeInAnyOrder() throws {
        for order in [[-1, 0, 1, 2], [2, 1, 0, -1], [1, -1, 2, 0], [0, 0, -1, -1, 1, 1, 2]] {
            var talk = try Case()
            #expect(talk.file.count == 3)
            var whole: [[UInt8]] = []
            for part in order {
                for case .whole(_, let message, _, let bytes) in part < 0 ? talk.pointer() : talk.chunk(part) {
                    #expect(message == talk.message)
                    whole.append(bytes)
                }
            }
            #expect(whole == [Self.bytes])
            #expect(talk.files.isWhole(talk.key))
            // Whatever comes again begins nothing.
            #expect(talk.chunk(0).isEmpty && talk.pointer().isEmpty)
        }
    }

    @Test func anInlineFileIsCheckedToo() throws {
        let file = try OutgoingFile(filename: "a", bytes: [1, 2, 3])
        #expect(file.isInline)
        let message = MessageKey(conversation: ChatKey(peer: Talk.bob), sender: Talk.bob, id: .random())
        var files = IncomingFiles()
        #expect(Self.failure(files.take(inline: message, file.description, data: [1, 2, 4], seq: 1)) == .wrongHash)
        #expect(Self.failure(files.take(inline: message, file.description, data: [1, 2], seq: 1)) == .wrongSize)
        guard case .whole? = files.take(inline: message, file.description, data: [1, 2, 3], seq: 1).first else {
            throw Missing()
        }
    }

    @Test func anEmptyFileIsAFile() throws {
        let file = try OutgoingFile(filename: "empty", bytes: [])
        let message = MessageKey(conversation: ChatKey(peer: Talk.bob), sender: Talk.bob, id: .random())
        var files = IncomingFiles()
        guard case .whole(_, _, _, let bytes)? = files.take(inline: message, file.description, data: [], seq: 1).first
        else {
            throw Missing()
        }
        #expect(bytes.isEmpty)
    }

    @Test func whatIsNotAsAnnouncedIsNotHandedOut() throws {
        var talk = try Case()
        let claimed = FileDescription(
            id: talk.file.description.id, filename: "x", mime: "x", size: Self.bytes.count,
            sha256: String(repeating: "0", count: 64))
        _ = talk.pointer(claimed)
        _ = (talk.chunk(0), talk.chunk(1))
        #expect(Self.failure(talk.chunk(2)) == .wrongHash)

        talk = try Case()
        let smaller = FileDescription(
            id: talk.file.description.id, filename: "x", mime: "x", size: 100_000, sha256: talk.file.description.sha256)
        _ = talk.pointer(smaller)
        _ = talk.chunk(0)
        #expect(Self.failure(talk.chunk(1)) == .wrongSize)
        // Its further chunks begin nothing.
        #expect(talk.chunk(2).isEmpty)
    }

    @Test func anotherDivisionIsOfNoUse() throws {
        var talk = try Case()
        _ = talk.pointer()
        #expect(
            talk.files.take(
                FileChunk(file: talk.file.description.id, index: 0, count: 4, data: [1]), from: Talk.bob, seq: 0
            ).isEmpty)
        // Chunks of another number came first: the pointer says what counts.
        talk = try Case()
        _ = talk.files.take(
            FileChunk(file: talk.file.description.id, index: 3, count: 4, data: [1]), from: Talk.bob, seq: 0)
        _ = talk.pointer()
        _ = (talk.chunk(0), talk.chunk(1))
        guard case .whole? = talk.chunk(2).first else { throw Missing() }
    }

    @Test func anothersChunksAreNotTheSenders() throws {
        var talk = try Case()
        _ = talk.pointer()
        _ = (talk.chunk(0), talk.chunk(1))
        _ = talk.files.take(talk.file.chunk(2), from: Talk.eve, seq: 0)
        #expect(!talk.files.isWhole(talk.key))
    }

    @Test func asksForWhatIsMissingFiveTimes() throws {
        var talk = try Case()
        _ = talk.pointer()
        _ = talk.chunk(1)
        for _ in 0..<5 {
            guard case .ask(let conversation, let missing) = talk.files.want(talk.key) else { throw Missing() }
            #expect(conversation == talk.message.conversation && missing == [0, 2])
        }
        guard case .failed(let change) = talk.files.want(talk.key) else { throw Missing() }
        #expect(Self.failure([change]) == .incomplete)
        guard case .nothing = talk.files.want(talk.key) else { throw Missing() }
    }

    @Test func unfinishedOnesAreBoundedBySenderAndInAll() throws {
        var files = IncomingFiles()
        var failed = 0
        for _ in 0..<20 {
            let file = try OutgoingFile(filename: "f", bytes: Self.bytes)
            let message = MessageKey(conversation: ChatKey(peer: Talk.bob), sender: Talk.bob, id: .random())
            let changes = files.take(pointer: message, file.description, count: 3, seq: 1)
            if Self.failure(changes) == .evicted { failed += 1 }
        }
        #expect(failed == 4)
        // A flood of chunks without a pointer, of one sender: 16 transfers, 10 MiB each at the most.
        for number in 0..<10_000 {
            let chunk = FileChunk(
                file: Talk.id(number % 40), index: number / 40, count: 10_000, data: [UInt8](repeating: 0, count: 8192))
            _ = files.take(chunk, from: Talk.eve, seq: UInt64(number))
        }
        #expect(files.bytes(of: Talk.eve) <= 32 << 20)
    }

    @Test func knowsWhereTheFirstPartIs() throws {
        var talk = try Case()
        _ = talk.chunk(1, seq: 20)
        _ = talk.chunk(0, seq: 25)
        _ = talk.pointer(seq: 30)
        #expect(talk.files.firstPlace == 20)
        #expect(talk.files.places(of: talk.key) == 20...30)
        _ = talk.chunk(2, seq: 35)
        #expect(talk.files.firstPlace == nil)
        #expect(talk.files.places(of: talk.key) == 20...35)
    }

    @Test func outgoingFilesHaveLimits() throws {
        let most = try OutgoingFile(filename: "a.PNG", bytes: [UInt8](repeating: 7, count: 10 << 20))
        #expect(most.count == 128 && most.chunk(127).data.count == 81_920 && most.description.mime == "image/png")
        #expect(try OutgoingFile(filename: "a", bytes: [UInt8](repeating: 7, count: 81_920)).isInline)
        #expect(try OutgoingFile(filename: "a", bytes: [UInt8](repeating: 7, count: 81_921)).count == 2)
        #expect(throws: KezError.self) {
            try OutgoingFile(filename: "a", bytes: [UInt8](repeating: 7, count: (10 << 20) + 1))
        }
    }

    private static func failure(_ changes: [IncomingFiles.Change]) -> IncomingFiles.Failure? {
        for case .failed(_, _, let failure, _, _) in changes { return failure }
        return nil
    }
}
