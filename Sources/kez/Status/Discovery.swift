import KezCore
import NATS

/// Asks every service what it is (`$SRV.PING`) or how it is (`$SRV.STATS`).
enum Discovery {
    /// The answers, as JSON objects. On a busy machine one service may answer long after the others: those that are
    /// expected and did not are asked again by name, before anybody is told that they are not running.
    static func gather(_ verb: String, expecting names: [String], on connection: NATSConnection) async throws
        -> [JSONValue]
    {
        var answers = try await connection.gather(from: "$SRV.\(verb)").compactMap { StatusReport.json($0) }
        for name in names where !answers.contains(where: { $0["name"]?.string == name }) {
            answers += try await connection.gather(from: "$SRV.\(verb).\(name)").compactMap { StatusReport.json($0) }
        }
        return answers
    }
}
