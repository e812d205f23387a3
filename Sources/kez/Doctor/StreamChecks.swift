import KezCore
package import KezRuntime
package import NATS

/// Streams against what this version needs.
package enum StreamChecks {
    private static let subject = "streams"

    /// - Parameters:
    ///   - streams: what the broker has, by name; a stream that is not there is absent.
    ///   - brokers: how many brokers there are.
    package static func findings(
        _ streams: [String: StreamInfo], expected: ExpectedStreams, brokers: Int
    ) -> [Finding] {
        let missing = expected.all.map(\.name).filter { streams[$0] == nil }
        guard missing.count < expected.all.count else {
            return [.problem(Self.subject, "There are no streams.", do: "Run `kez provision`.")]
        }
        var found = missing.map { name in
            Finding.problem(Self.subject, "The stream \(name) does not exist.", do: "Run `kez provision`.")
        }
        for wanted in expected.all {
            guard let info = streams[wanted.name] else { continue }
            found += Self.differences(info, wanted) + Self.replicas(info)
        }
        let single = streams.values.filter { ($0.config.numReplicas ?? 1) < 3 }.count
        if brokers >= 3, single > 0 {
            found.append(
                .warning(
                    Self.subject,
                    "\(single) streams have fewer than three replicas, though there are \(brokers) brokers: one that "
                        + "fails takes them away.", do: "Run `kez provision --replicas 3`."))
        }
        return found.or(.ok(Self.subject, "All \(expected.all.count) streams are as this version needs them."))
    }

    private static func differences(_ info: StreamInfo, _ asked: StreamConfiguration) -> [Finding] {
        var wanted = asked
        // More replicas than asked for are no fault: provisioning takes none away.
        wanted.numReplicas = max(asked.numReplicas ?? 1, info.config.numReplicas ?? 1)
        let differences = info.config.differences(from: wanted)
        guard !differences.isEmpty else { return [] }
        return [
            .problem(
                Self.subject, "The stream \(wanted.name): \(differences.joined(separator: "; ")).",
                do: "Give this command the limits that the services have; if it still differs, run `kez provision`.")
        ]
    }

    private static func replicas(_ info: StreamInfo) -> [Finding] {
        guard let cluster = info.cluster else { return [] }
        if (cluster.leader ?? "").isEmpty {
            return [
                .problem(
                    Self.subject, "The stream \(info.config.name) has no leader: it stores nothing.",
                    do: "Bring back the brokers that are away; most of the replicas are needed.")
            ]
        }
        let behind = (cluster.replicas ?? []).filter { $0.current == false }
        guard !behind.isEmpty else { return [] }
        let names = behind.map { "\($0.name) (\($0.lag ?? 0) behind)" }.joined(separator: ", ")
        return [
            .warning(
                Self.subject, "Replicas of \(info.config.name) are not current: \(names).",
                do: "Wait until they have caught up before another broker is stopped.")
        ]
    }
}
