import KezCore
import KezRuntime
import Logging
import NATS

/// Looking through all connections: at the start, and after events may have been missed.
///
/// Whom a name belongs to is asked of the registry's `lookup`, and `admit` for that key then: calls that a callout
/// may make anyway.
extension ConnectionCloser {
    private static let page = 1024
    /// Pages overlap: connections that end between two of them move the rest up.
    private static let step = 896
    private static let quiet: Duration = .milliseconds(500)
    /// Names asked about at the same time: logins come first.
    private static let concurrency = 8
    /// Names that are remembered as judged; more are forgotten, and perhaps judged twice.
    private static let remembered = 500_000

    private struct Incomplete: Error {}

    func runSurveys(on connection: NATSConnection, prefix: String) async {
        for await _ in self.surveys {
            do {
                // After a restart of the broker ten thousand logins come first. Callouts do not begin together.
                let delay = self.configuration.surveyDelay
                try await Task.sleep(for: delay.lowerBound + (delay.upperBound - delay.lowerBound) * .random(in: 0...1))
                try await self.lookThrough(connection, prefix: prefix)
                self.counts.surveyed()
            } catch is CancellationError {
                return
            } catch {
                self.logger.debug("the connections could not be looked through", metadata: ["error": "\(error)"])
                self.survey()
            }
        }
    }

    private func lookThrough(_ connection: NATSConnection, prefix: String) async throws {
        var judged: [FullHandle: Standing] = [:]
        var offset = 0
        while true {
            let body = JSONWriter.object { writer in
                writer.member("auth", true)
                writer.member("acc", AuthorizationResponse.account)
                writer.member("limit", Self.page)
                writer.member("offset", offset)
            }
            let answers = try await connection.gather(
                body, from: "$SYS.REQ.SERVER.PING.CONNZ", quiet: Self.quiet, timeout: .seconds(5))
            guard !answers.isEmpty else { throw Incomplete() }
            let listings = answers.compactMap { ConnectionListing(parsing: $0.payload) }
            if judged.count > Self.remembered { judged = [:] }
            // Names of another server's are not ours to judge.
            let names = Set(listings.flatMap { $0.connections.map(\.name.handle) })
                .filter { judged[$0] == nil && $0.server == self.configuration.server }
            judged.merge(try await self.standings(of: names)) { $1 }
            let question = Question(standings: judged, suspendedAt: nil)
            for listing in listings { self.close(listing, by: question, on: connection, prefix: prefix) }
            guard listings.contains(where: { $0.count >= Self.page }) else { return }
            offset += Self.step
        }
    }

    private func standings(of names: Set<FullHandle>) async throws -> [FullHandle: Standing] {
        try await withThrowingTaskGroup(of: (FullHandle, Standing).self) { group in
            var waiting = names.makeIterator()
            var standings: [FullHandle: Standing] = [:]
            for _ in 0..<Self.concurrency {
                guard let name = waiting.next() else { break }
                group.addTask { (name, try await self.standing(of: name)) }
            }
            while let (name, standing) = try await group.next() {
                standings[name] = standing
                guard let next = waiting.next() else { continue }
                group.addTask { (next, try await self.standing(of: next)) }
            }
            return standings
        }
    }

    private func standing(of name: FullHandle) async throws(KezError) -> Standing {
        guard let primary = try await self.admissions.holder(of: name.handle) else { return .released }
        let admission = try await self.admissions.admission(of: primary, for: .look, until: .now + .seconds(10))
        return KickVerdict.standings(admission, released: [name.handle])[name.handle] ?? .released
    }
}
