import Foundation
import KezClient

/// Prints events as they come, and saves files where that is wanted.
struct EventPrinter: Sendable {
    let names: NameBook
    let me: String
    let asJSON: Bool
    /// Where files go; nil to save none.
    var saver: FileSaver?

    init(client: KezClient, asJSON: Bool, saver: FileSaver? = nil) {
        self.names = NameBook(client)
        self.me = client.primary
        self.asJSON = asJSON
        self.saver = saver
    }

    /// - Throws: `ClientError` with `not_saved` when a file cannot be written: going on would lose it.
    func show(_ event: ChatEvent) async throws {
        var path: String?
        if case .file(let file) = event.kind, let saver { path = try saver.save(file.bytes, as: file.file.name) }
        var known: [String: String] = [:]
        for person in EventLine.people(in: event) { known[person] = await self.names.name(of: person) }
        let line = EventLine(names: known, me: self.me)
        if let text = self.asJSON ? line.json(event, path: path) : line.text(event, path: path) { Output.line(text) }
    }
}

/// The program's output.
enum Output {
    /// At once, also into a pipe.
    static func line(_ text: String) { self.write(text + "\n", to: .standardOutput) }

    static func write(_ text: String, to file: FileHandle) { try? file.write(contentsOf: Data(text.utf8)) }
}
