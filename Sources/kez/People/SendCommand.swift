import ArgumentParser
import Foundation
import KezClient

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a text that only the recipient can read.",
        discussion: "Returns once the message is durable. Tried again for 15 seconds when the server is away.")

    @Argument(help: "A handle, handle@server, or a primary.")
    var recipient: String

    @Argument(help: "The text; standard input when it is absent or `-`.")
    var text: String?

    @Flag(help: "Send although the handle now names another key than before.")
    var acceptNewKey = false

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let text = try self.body()
        guard !text.isEmpty else { throw ValidationError("There is nothing to send.") }
        try await self.person.withClient { client in
            let receipt = try await client.send(text, to: self.recipient, acceptingNewKey: self.acceptNewKey)
            print("sent \(receipt.id) (seq \(receipt.seq))")
        }
    }

    private func body() throws -> String {
        if let text, text != "-" { return text }
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(data: data, encoding: .utf8) else { throw Failure("Standard input is not UTF-8.") }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
