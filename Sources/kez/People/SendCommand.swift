import ArgumentParser
import Foundation
import KezClient

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a text or a file that only the recipient can read.",
        discussion: """
            Returns once the message is durable and your other clients were told of it. Tried again for 15 seconds when \
            the server is away. A file can have up to 10 MiB; how far it is shows on standard error.
            """)

    @Argument(help: "A handle, handle@server, or a primary.")
    var recipient: String

    @Argument(help: "The text; standard input when it is absent or `-`. Not with --file.")
    var text: String?

    @Option(help: ArgumentHelp("Send this file.", valueName: "path"), completion: .file())
    var file: String?

    @Option(help: "What the file's message says.")
    var caption: String?

    @Flag(help: "Send although the handle now names another key than before.")
    var acceptNewKey = false

    @OptionGroup var person: PersonOptions

    func validate() throws {
        if self.file != nil, self.text != nil {
            throw ValidationError("A file's words are its --caption: give no text with --file.")
        }
        if self.file == nil, self.caption != nil { throw ValidationError("--caption goes with --file.") }
    }

    func run() async throws {
        let what = try self.what()
        let bar = self.file.map { ProgressBar(SafeFilename.of($0)) }
        try await self.person.withClient { client in
            let receipt: Receipt
            do {
                receipt = try await client.send(
                    what, to: self.recipient, acceptingNewKey: self.acceptNewKey,
                    progress: { done, count in bar?.update(done, of: count) },
                    warn: { Output.write("Warning: \($0)\n", to: .standardError) })
                bar?.end()
            } catch {
                bar?.end()
                throw error
            }
            print("sent \(receipt.id) (seq \(receipt.seq))")
        }
    }

    private func what() throws -> KezClient.Outgoing {
        if let file { return .file(try LocalFile.read(file, caption: self.caption)) }
        let text = try self.body()
        guard !text.isEmpty else { throw ValidationError("There is nothing to send.") }
        return .text(text)
    }

    private func body() throws -> String {
        if let text, text != "-" { return text }
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(data: data, encoding: .utf8) else { throw Failure("Standard input is not UTF-8.") }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

/// A file of this machine that is to be sent.
enum LocalFile {
    /// - Throws: `Failure` or `ClientError` with a sentence; one that is too large is not read.
    static func read(_ path: String, caption: String? = nil) throws -> OutgoingFile {
        let (name, bytes) = try self.contents(path)
        return try OutgoingFile(filename: name, bytes: bytes, caption: caption)
    }

    /// With the home folder for `~`, as a shell would have it.
    static func expanded(_ path: String) -> String { NSString(string: path).expandingTildeInPath }

    static func contents(_ path: String) throws -> (name: String, bytes: [UInt8]) {
        let url = URL(filePath: self.expanded(path))
        let attributes: [FileAttributeKey: Any]
        do {
            // Of what a link leads to.
            attributes = try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        } catch {
            throw Failure("\(path) cannot be read.")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw Failure("\(path) is not a file.") }
        try OutgoingFile.check(size: (attributes[.size] as? NSNumber)?.intValue ?? 0)
        guard let data = FileManager.default.contents(atPath: url.path) else {
            throw Failure("\(path) cannot be read.")
        }
        return (url.lastPathComponent, [UInt8](data))
    }
}
