import ArgumentParser
import Foundation
import KezCore
import KezRuntime
import NATS

struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Send a raw request to the broker and print what answers.",
        discussion: """
            What `nats request` does, with a key of the key folder: ops for services ($SRV.…) and streams \
            ($JS.API.…INFO, LIST, NAMES), admin for the broker itself ($SYS.REQ.…). One answer a line. Exit status 1 \
            when nobody answers, or when an answer is an error of JetStream or of a service.
            """)

    @Argument(help: "The subject, for example '$SRV.STATS' or '$JS.API.STREAM.LIST'.")
    var subject: String

    @Argument(help: "The body, mostly JSON.")
    var body = ""

    @Flag(help: "Collect the answers of all who answer, as for $SRV and $SYS.REQ.SERVER.PING.")
    var all = false

    @Option(help: "Whose login: ops or admin.")
    var `as`: OperatorLogin = .ops

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let pair = try DeploymentKeys.user(self.as.role, in: self.options.keysFolder())
        let settings = try self.options.broker.settings()
        let connection = try await NATSConnection.connect(settings.options(name: "kez-request", pair: pair))
        let answers: [Message]
        do {
            answers = try await self.answers(connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        for answer in answers { print(String(decoding: answer.payload, as: UTF8.self)) }
        guard !answers.isEmpty else {
            try? FileHandle.standardError.write(contentsOf: Data("Error: nobody answered\n".utf8))
            throw ExitCode.failure
        }
        if answers.contains(where: Self.isError) { throw ExitCode.failure }
    }

    private func answers(_ connection: NATSConnection) async throws -> [Message] {
        let payload = [UInt8](self.body.utf8)
        guard !self.all else { return try await connection.gather(payload, from: self.subject) }
        return [try await connection.request(payload, to: self.subject)]
    }

    private static func isError(_ answer: Message) -> Bool {
        answer.serviceError != nil || StatusReport.json(answer)?["error"] != nil
    }
}

/// The logins that are an operator's own.
enum OperatorLogin: String, ExpressibleByArgument, CaseIterable {
    case ops, admin

    var role: DeploymentKeys.Role {
        switch self {
        case .ops: .ops
        case .admin: .admin
        }
    }
}
