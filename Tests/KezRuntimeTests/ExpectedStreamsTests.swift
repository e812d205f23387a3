import Foundation
import KezCore
import KezRuntime
import NATS
import Testing

@Suite struct ExpectedStreamsTests {
    private let expected = ExpectedStreams(limits: Limits())

    @Test func thereIsALogForEveryShardAndTwoMore() {
        #expect(
            self.expected.all.map(\.name)
                == "0123456789abcdef".map { "KEZ_LOG_\($0)" } + ["KEZ_REGISTRY", "KEZ_SETTINGS"])
        for stream in self.expected.all { #expect(stream.differences(from: stream) == []) }
    }

    @Test func aLogTakesTheMessagesOfItsShardAndRepublishesThem() throws {
        let log = self.expected.log(try #require(Shard(digit: "a")))
        #expect(log.subjects == ["kez.send.a.*.*", "kez.ctl.a.*"])
        #expect(log.republish == .init(src: "kez.send.a.*.*", dest: "kez.inbox.{{wildcard(1)}}.{{wildcard(2)}}"))
        #expect(log.discard == .new)
        #expect(log.discardNewPerSubject == true)
        #expect(log.maxMsgsPerSubject == 100_000)
        #expect(log.maxAge == 1_209_600_000_000_000)
        #expect(log.duplicateWindow == 120_000_000_000)
        #expect(log.maxMsgSize ?? 0 > 262_144)
    }

    @Test func theRegistryKeepsEverythingAndSettingsTheLast() {
        #expect(self.expected.registry.maxAge ?? 0 == 0)
        #expect(self.expected.registry.republish == nil)
        #expect(self.expected.settings.maxMsgsPerSubject == 1)
        #expect(self.expected.settings.discard == .old)
    }

    @Test func replicasAreWhatTheDeploymentSays() {
        #expect(ExpectedStreams(limits: Limits(), replicas: 3).all.allSatisfy { $0.numReplicas == 3 })
        #expect(self.expected.all.allSatisfy { $0.numReplicas == 1 })
    }

    /// One difference each, by the name in the sentence about it.
    @Test(arguments: [
        "subjects", "discard", "discard_new_per_subject", "max_age", "max_msgs_per_subject", "max_msg_size",
        "max_bytes",
        "duplicate_window", "num_replicas", "allow_direct", "republish", "allow_rollup_hdrs", "allow_msg_ttl",
        "allow_msg_schedules", "metadata.kez-layout", "storage", "retention",
    ])
    func tellsEveryDifference(name: String) throws {
        let wanted = self.expected.log(try #require(Shard(digit: "a")))
        var found = wanted
        switch name {
        case "subjects": found.subjects = ["kez.send.a.*.*"]
        case "storage": found.storage = .memory
        case "retention": found.retention = .interest
        case "discard": found.discard = .old
        case "discard_new_per_subject": found.discardNewPerSubject = nil
        case "max_age": found.maxAge = nil
        case "max_msgs_per_subject": found.maxMsgsPerSubject = -1
        case "max_msg_size": found.maxMsgSize = -1
        case "max_bytes": found.maxBytes = 1000
        case "duplicate_window": found.duplicateWindow = 1
        case "num_replicas": found.numReplicas = 3
        case "allow_direct": found.allowDirect = false
        case "republish": found.republish = nil
        case "allow_rollup_hdrs": found.allowRollupHdrs = true
        case "allow_msg_ttl": found.allowMsgTtl = true
        case "allow_msg_schedules": found.allowMsgSchedules = true
        default: found.metadata = ["kez-layout": "0"]
        }
        let differences = found.differences(from: wanted)
        #expect(differences.count == 1)
        #expect(differences.first?.hasPrefix("\(name) is ") == true, "\(differences)")
    }

    @Test func whatAServerAddsIsNoDifference() throws {
        let wanted = self.expected.log(try #require(Shard(digit: "a")))
        var found = wanted
        found.subjects = wanted.subjects?.reversed()
        found.metadata?["_nats.ver"] = "2.15.1"
        found.metadata?[ExpectedStreams.epochKey] = "restored"
        found.allowRollupHdrs = nil
        #expect(found.differences(from: wanted) == [])
        var registry = self.expected.registry
        registry.maxMsgSize = -1
        registry.maxBytes = -1
        registry.maxMsgsPerSubject = -1
        #expect(registry.differences(from: self.expected.registry) == [])
    }

    private func info(created: String, epoch: String?, messages: Int = 2) throws -> StreamInfo {
        let metadata = epoch.map { "{\"\(ExpectedStreams.epochKey)\":\"\($0)\"}" } ?? "{}"
        let text = """
            {"created":"\(created)","config":{"name":"KEZ_LOG_a","subjects":[],"metadata":\(metadata)},
             "state":{"messages":\(messages),"bytes":100,"first_seq":5,"last_seq":6,"consumer_count":0}}
            """
        return try JSONDecoder().decode(StreamInfo.self, from: Data(text.utf8))
    }

    @Test func aRecreatedOrRestoredLogHasAnotherEpoch() throws {
        let created = "2026-05-25T03:00:00Z"
        let head = StreamHead(try self.info(created: created, epoch: nil))
        #expect(head.epoch.count == 16)
        #expect(head == StreamHead(try self.info(created: created, epoch: nil)))
        #expect(head.epoch != StreamHead(try self.info(created: "2026-05-25T03:00:01Z", epoch: nil)).epoch)
        #expect(head.epoch != StreamHead(try self.info(created: created, epoch: "restored")).epoch)
    }

    @Test func anEmptyLogBeginsBehindItsEnd() throws {
        let created = "2026-05-25T03:00:00Z"
        #expect(StreamHead(try self.info(created: created, epoch: nil)).first == 5)
        #expect(StreamHead(try self.info(created: created, epoch: nil, messages: 0)).first == 7)
    }
}
