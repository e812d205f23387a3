import Foundation
import InboxWorker
import KezCore
import KezRuntime
import KezTesting
import Logging
import NATS
import Testing

@testable import InboxWorker

/// Keeps what is logged.
struct LogRecorder: LogHandler {
    let lines: LockedBox<[(level: Logger.Level, text: String)]>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = "\(event.message) \(event.metadata ?? [:])"
        self.lines.update { $0.append((event.level, text)) }
    }
}

/// A worker waits for what others have to make or mend.
@Suite struct WaitingTests {
    let owner = Primary.random()

    private func health(_ health: HealthBoard) -> String { health.failures["inbox-worker"] ?? "" }

    @Test func streamsThatDoNotExistYetAreWaitedFor() async throws {
        var scene = try await Scene()
        let lines = LockedBox<[(level: Logger.Level, text: String)]>([])
        scene.logger = Logger(label: "test") { _ in LogRecorder(lines: lines) }
        try await scene.operating { jetStream in
            try await jetStream.deleteStream("KEZ_LOG_a")
            try await jetStream.deleteStream("KEZ_SETTINGS")
        }
        let health = HealthBoard()
        let streams = ExpectedStreams(limits: scene.deployment.limits)
        try await scene.withWorker(health: health, isWaiting: false) { [scene] in
            try await eventually("health names the log") {
                self.health(health).contains("KEZ_LOG_a does not exist yet")
            }
            try await scene.operating { _ = try await $0.createStream(streams.log(.a)) }
            try await eventually("health names the settings") {
                self.health(health).contains("KEZ_SETTINGS does not exist yet")
            }
            try await scene.operating { _ = try await $0.createStream(streams.settings) }
            try await eventually("ready") { health.isReady }
            let seq = try await scene.send(Envelopes.anonymous(), to: self.owner, from: nil)
            #expect(try await scene.seqs(self.owner) == [seq])
        }
        // Said once each, and no alarm: somebody else has to act first.
        #expect(lines.value.filter { $0.level > .notice }.map(\.text) == [])
        for stream in ["KEZ_LOG_a", "KEZ_SETTINGS"] {
            #expect(lines.value.filter { $0.level == .notice && $0.text.contains(stream) }.count == 1)
        }
    }

    @Test func missingPermissionsAreToldAndWaitedFor() async throws {
        var scene = try await Scene()
        let lines = LockedBox<[(level: Logger.Level, text: String)]>([])
        scene.logger = Logger(label: "test") { _ in LogRecorder(lines: lines) }
        let file = scene.deployment.broker.folder.file("nats.conf")
        let good = try String(contentsOfFile: file, encoding: .utf8)
        let worker = try #require(good.range(of: #""kez.ctl.*.*""#))
        let right = try #require(good.range(of: #""$JS.API.STREAM.INFO.*""#, range: worker.upperBound..<good.endIndex))
        try good.replacingCharacters(in: right, with: #""kez.none""#)
            .write(toFile: file, atomically: true, encoding: .utf8)
        scene.deployment.broker.send(signal: SIGHUP)
        try await eventually("the broker has read it") {
            scene.deployment.broker.log.contains("Reloaded server config")
        }
        let health = HealthBoard()
        try await scene.withWorker(health: health, isWaiting: false) { [scene] in
            try await eventually("health tells") { self.health(health).contains("this key may not ask") }
            try await eventually("and the log what the broker said") {
                lines.value.contains { $0.level == .error && $0.text.contains("STREAM.INFO.KEZ_LOG_a") }
            }
            try good.write(toFile: file, atomically: true, encoding: .utf8)
            scene.deployment.broker.send(signal: SIGHUP)
            try await eventually("ready without a restart") { health.isReady }
        }
    }

    // MARK: How loud

    @Test func whatIsExpectedIsToldOnceAndAMinuteLaterAgain() {
        var told = Told()
        let start = ContinuousClock.now
        #expect(told.level(of: "a", attempt: 0, isExpected: true, at: start) == .notice)
        #expect(told.level(of: "a", attempt: 1, isExpected: true, at: start + .seconds(59)) == nil)
        #expect(told.level(of: "a", attempt: 2, isExpected: true, at: start + .seconds(60)) == .warning)
        #expect(told.level(of: "b", attempt: 3, isExpected: true, at: start + .seconds(61)) == .notice)
    }

    @Test func theFirstFailuresAreNoNews() {
        var told = Told()
        let start = ContinuousClock.now
        for attempt in 0..<5 { #expect(told.level(of: "a", attempt: attempt, isExpected: false, at: start) == .debug) }
        #expect(told.level(of: "a", attempt: 5, isExpected: false, at: start) == .warning)
        #expect(told.level(of: "a", attempt: 6, isExpected: false, at: start) == nil)
    }
}
