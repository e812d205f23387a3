import Foundation
import KezClient
import KezCore

/// Prints messages for people or, one JSON object a line, for programs.
actor MessagePrinter {
    private let client: KezClient
    private let asJSON: Bool
    /// Names by primary, looked up once each.
    private var names: [String: String] = [:]

    init(client: KezClient, asJSON: Bool) {
        self.client = client
        self.asJSON = asJSON
    }

    func show(_ message: ReceivedMessage) async {
        let name = await self.name(of: message.from)
        if self.asJSON {
            self.write(self.json(message, name: name))
            return
        }
        switch message.body {
        case .text(let text): self.write("\(self.time(message)) \(name): \(Self.printable(text))")
        case .placeholder(let cause): self.write("\(self.time(message)) \(name): [\(cause)]")
        case .anonymous: self.write("\(self.time(message)) [an anonymous message, not shown]")
        case .quiet, .refused: break
        }
    }

    private func name(of primary: String?) async -> String {
        guard let primary else { return "anonymous" }
        if let name = self.names[primary] { return name }
        // Someone who gave the handle up keeps the key's name.
        let name = (try? await self.client.lookup(primary).handle) ?? primary
        self.names[primary] = name
        return name
    }

    private func time(_ message: ReceivedMessage) -> String {
        String(message.receivedAt.prefix(19)).replacing("T", with: " ")
    }

    /// Others' texts never reach the terminal as control sequences.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
                        ? scalar : "\u{FFFD}"
                })
        ).replacing("\n", with: "\n    ")
    }

    private func json(_ message: ReceivedMessage, name: String) -> String {
        let line = JSONWriter.object { writer in
            writer.member("seq", message.seq)
            writer.member("from", message.from)
            writer.member("name", message.from == nil ? nil : name)
            writer.member("id", message.id)
            writer.member("received_at", message.receivedAt)
            writer.member("created_at", message.createdAt)
            switch message.body {
            case .text(let text): writer.member("text", text)
            case .placeholder(let cause): writer.member("placeholder", cause)
            case .anonymous: writer.member("anonymous", true)
            case .quiet: writer.member("quiet", true)
            case .refused(let cause): writer.member("refused", cause)
            }
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// At once, also into a pipe.
    private func write(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}
