import KezCore
import Testing

@Suite struct RegistryEventTests {
    private let ann: EnvelopeSigner
    private let now: Timestamp
    private let server: ServerName
    private let handle: Handle

    init() throws {
        self.ann = try signer(1)
        self.now = try time("2026-05-25T03:00:00.250Z")
        self.server = try #require(ServerName("kez.lat"))
        self.handle = try #require(Handle("ann"))
    }

    private func contents() throws -> [RegistryEvent.Content] {
        let claim = try HandleRegistration.sign(self.handle, server: self.server, createdAt: self.now, by: self.ann)
        let device = try signer(2).primary
        return [
            .handle(self.handle, self.ann.primary, envelope: claim),
            .handle(self.handle, self.ann.primary, envelope: claim, invite: .random()),
            .chain(self.ann.primary, devices: [device], envelope: Array("{\"a\": 1}".utf8)),
            .suspend(self.ann.primary, reason: "spam", until: self.now),
            .suspend(self.ann.primary, reason: "", until: nil),
            .suspend(self.ann.primary, reason: "spam", until: self.now, by: .registry),
            .resume(self.ann.primary), .release(self.handle, self.ann.primary, envelope: claim),
        ]
    }

    @Test func chainsEventsAndReadsThemAgain() throws {
        var position = RegistryLogPosition()
        var leaves: [RegistryLeaf] = []
        for content in try self.contents() {
            let event = try RegistryEvent(content, at: position, server: self.server, now: self.now)
            let again = try RegistryEvent(parsing: event.bytes)
            #expect(again.leaf == event.leaf)
            #expect(again.bytes == event.bytes)
            #expect(RegistryLogSubject(event.subject)?.kind == content.kind)
            try position.advance(over: again.leaf)
            leaves.append(again.leaf)
        }
        let erased = try RegistryEvent(
            .erased(self.ann.primary, leaf: leaves[0]), at: position, server: self.server,
            now: self.now.advanced(by: .seconds(-5)))
        #expect(erased.leaf.time == self.now)
        #expect(try RegistryEvent(parsing: erased.bytes).leaf.value == leaves[0].hash())
        try position.advance(over: erased.leaf)
        #expect(position.next == 9)
    }

    @Test func hashesSubjectsAndValues() throws {
        let content = try self.contents()[0]
        let leaf = try RegistryEvent(content, at: RegistryLogPosition(), server: self.server, now: self.now).leaf
        #expect(
            leaf.subjects == [
                Digest.sha256Hex("kez-tl-v1\nhandle\nann"),
                Digest.sha256Hex("kez-tl-v1\nkey\n\(self.ann.primary.text)"),
            ])
        guard case .handle(_, _, let envelope, _) = content else { return }
        #expect(try leaf.value == SignedEnvelope(parsing: envelope).digest())
        #expect(leaf.n == 0 && leaf.prev == nil && leaf.kind == .handle)
        #expect(try JCS.canonical(parse(leaf.bytes.text)).count <= RegistryLeaf.maximumBytes)
    }

    @Test func readsSuspensionsOfOlderAndNewerVersions() throws {
        let event = try RegistryEvent(
            .suspend(self.ann.primary, reason: "spam", until: nil), at: RegistryLogPosition(), server: self.server,
            now: self.now)
        // As the first version wrote it: without an author.
        #expect(!event.bytes.text.contains("\"by\""))
        let data = "{\"primary\":\"\(self.ann.primary)\",\"reason\":\"spam\",\"until\":null,"
        let newer = data + "\"by\":\"operator\",\"ticket\":7}"
        let value = Digest.sha256Hex(try JCS.canonical(parse(newer)))
        let bytes = event.bytes.replacing(event.leaf.value, with: value)
            .replacing(String(data.dropLast()) + "}", with: newer)
        guard case .suspend(_, "spam", nil, .operator) = try RegistryEvent(parsing: bytes).content else {
            Issue.record("not read")
            return
        }
        let forged = bytes.replacing("\"ticket\":7", with: "\"ticket\":8")
        #expect(code { _ = try RegistryEvent(parsing: forged) } == .badEnvelope)
    }

    @Test func refusesALogThatDoesNotContinue() throws {
        let content = try self.contents()[6]
        var position = RegistryLogPosition()
        let first = try RegistryEvent(content, at: position, server: self.server, now: self.now).leaf
        try position.advance(over: first)
        let second = try RegistryEvent(content, at: position, server: self.server, now: self.now).leaf
        var beginning = RegistryLogPosition()
        #expect(throws: RegistryLogError.gap(expected: 0, found: 1)) { try beginning.advance(over: second) }
        var forked = RegistryLogPosition(next: 1, prev: Digest.sha256Hex("x"), time: nil)
        #expect(throws: RegistryLogError.broken(at: 1)) { try forked.advance(over: second) }
        var later = RegistryLogPosition(next: 1, prev: second.prev, time: self.now.advanced(by: .seconds(1)))
        #expect(throws: RegistryLogError.timeWentBack(at: 1)) { try later.advance(over: second) }
        try position.advance(over: second)
    }

    @Test func refusesEventsWhoseLeafDoesNotFit() throws {
        let event = try RegistryEvent(self.contents()[0], at: RegistryLogPosition(), server: self.server, now: self.now)
        #expect(code { _ = try RegistryEvent(parsing: event.bytes) } == nil)
        for (old, new) in [
            ("\"data\":{\"handle\":\"ann\"", "\"data\":{\"handle\":\"bob\""), ("\"v\":1", "\"v\":2"),
            ("registry_event", "event"), ("\"kind\":\"handle\"", "\"kind\":\"new\""), ("\"n\":0", "\"n\":-1"),
            ("\"prev\":null", "\"prev\":\"x\""),
        ] { #expect(code { _ = try RegistryEvent(parsing: event.bytes.replacing(old, with: new)) } == .badEnvelope) }
        let long = try #require(
            ServerName(Array(repeating: String(repeating: "a", count: 60), count: 4).joined(separator: ".")))
        #expect(
            try RegistryEvent(self.contents()[0], at: RegistryLogPosition(), server: long, now: self.now).leaf.hash()
                .count == 64)
    }
}
